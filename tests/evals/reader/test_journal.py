from pathlib import Path

import pytest

from evals.reader.journal import Journal
from rag.errors import UsageError


def test_a_line_that_a_kill_cut_off_is_neither_read_nor_kept(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "rows.jsonl"
    journal = Journal(path)
    assert journal.read() == []
    journal.append([{"a": "é"}])
    path.write_bytes(path.read_bytes() + '{"a": "é'.encode()[:-1])
    assert journal.read() == [{"a": "é"}]
    journal.append([{"b": 1}])
    assert journal.read() == [{"a": "é"}, {"b": 1}]


def test_a_file_that_is_one_cut_off_line_is_begun_anew(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a"')
    Journal(path).append([{"b": 1}])
    assert Journal(path).read() == [{"b": 1}]


def test_a_whole_line_that_is_no_object_is_named(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"a": 1}\n[]\n')
    with pytest.raises(UsageError, match=r"rows\.jsonl:2"):
        Journal(path).read()
