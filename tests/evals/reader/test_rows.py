from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.reader.rows import QuestionRow, SupportRow, append_rows, read_claims, read_questions
from rag.errors import UsageError

QUESTION = QuestionRow("Who?", "Title", "It was Olsen.", ((7, "Olsen"),), True, "made", "ferry")
CLAIM = SupportRow("A claim.", "Evidence.", "contradicted", "made", "ferry")


def test_rows_come_back_as_they_were_written(tmp_path: Path) -> None:
    append_rows(tmp_path / "q.jsonl", [QUESTION])
    append_rows(tmp_path / "q.jsonl", [replace(QUESTION, answers=(), answerable=False)])
    append_rows(tmp_path / "c.jsonl", [CLAIM])
    assert read_questions(tmp_path / "q.jsonl") == [
        QUESTION,
        replace(QUESTION, answers=(), answerable=False),
    ]
    assert read_claims(tmp_path / "c.jsonl") == [CLAIM]
    assert read_claims(tmp_path / "none.jsonl") == []


@given(st.text(), st.text())
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, one: str, two: str) -> None:
    path = tmp_path_factory.mktemp("rows") / "c.jsonl"
    row = replace(CLAIM, claim=one.encode("utf-8", "ignore").decode(), evidence="\u2028\n" + two)
    append_rows(path, [row, CLAIM])
    assert read_claims(path) == [row, CLAIM]


def test_an_answer_out_of_place_and_an_unknown_label_are_refused(tmp_path: Path) -> None:
    append_rows(tmp_path / "q.jsonl", [replace(QUESTION, answers=((6, "Olsen"),))])
    with pytest.raises(UsageError, match="'Olsen' does not stand at 6"):
        read_questions(tmp_path / "q.jsonl")
    (tmp_path / "c.jsonl").write_text('{"claim": "A", "evidence": "B", "label": "true"}\n')
    with pytest.raises(UsageError, match="no SupportRow"):
        read_claims(tmp_path / "c.jsonl")
