"""The files of a report, written from a stored run."""

import json
from pathlib import Path
from typing import Any

import pytest

from rag.errors import UsageError
from tests.ui.conftest import Dateline
from ui.eval_report import run
from ui.invocation import Invocation

CONSULATE = "2024-04-02-strike-on-the-consulate-in-damascus"


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """One question."""
    row: dict[str, Any] = {
        "id": "q-1", "split": "dev", "type": "factoid", "family": "f-1", "answerable": True,
        "question": "how many officers died in the damascus strike",
        "answers": [{"text": "Seven officers."}],
        "nuggets": [{"id": "n1", "text": "7.", "match": {"any_of": [{"all_of": ["seven"]}]}}],
        "evidence": [
            {"group": "g1", "any_of": [{"article": CONSULATE, "quote": "Seven officers of the"}]}
        ],
    }  # fmt: skip
    path = tmp_path / "set.jsonl"
    path.write_text(json.dumps(row) + "\n")
    return path


@pytest.fixture
def made(dateline: Dateline, filled: Path, gold: Path, tmp_path: Path) -> Path:
    """A run of the question."""
    folder = tmp_path / "run"
    assert dateline("eval", "run", str(gold), "--out", str(folder)).code == 0
    return folder


def report(made: Path, gold: Path, baseline: Path | None = None, **paths: Path) -> int:
    none: dict[str, Any] = dict.fromkeys(("html", "markdown", "junit", "json_path"))
    return run(Invocation(), made, baseline, [gold], **none | paths, metrics=[])


def test_the_page_goes_into_the_run_where_no_file_is_named(
    made: Path, gold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report(made, gold) == 0
    page = made / "report.html"
    assert capsys.readouterr().out == f"Written: {page}\n"
    text = page.read_text(encoding="utf-8")
    assert text.lstrip().startswith("<!DOCTYPE html>")
    assert "how many officers died" in text


def test_only_the_files_that_are_named_are_written_whole(
    made: Path, gold: Path, tmp_path: Path
) -> None:
    out = tmp_path / "new" / "folder"
    names = {"html": "r.html", "markdown": "r.md", "junit": "r.xml", "json_path": "r.json"}
    before = {path.name for path in made.iterdir()}
    assert report(made, gold, made, **{key: out / name for key, name in names.items()}) == 0
    assert {path.name for path in out.iterdir()} == set(names.values())
    assert {path.name for path in made.iterdir()} == before
    assert json.loads((out / "r.json").read_text())["verdict"] == "INCONCLUSIVE"


def test_a_folder_is_no_file(made: Path, gold: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is a folder"):
        report(made, gold, html=tmp_path)
