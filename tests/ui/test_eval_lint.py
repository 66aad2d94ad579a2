"""`dateline eval lint` as typed."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.ui.conftest import Dateline

CONSULATE = "2024-04-02-strike-on-the-consulate-in-damascus"
QUOTE = "Seven officers of the"

pytestmark = pytest.mark.usefixtures("filled")


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """Two questions: one with a quote not yet anchored, one that cannot be answered."""
    rows: list[dict[str, Any]] = [
        {
            "id": "q-1", "split": "dev", "type": "factoid", "family": "f-1", "answerable": True,
            "question": "how many officers died in the damascus strike",
            "answers": [{"text": "Seven officers."}],
            "nuggets": [
                {"id": "n1", "text": "7.", "match": {"any_of": [{"all_of": ["seven officers"]}]}}
            ],
            "evidence": [{"group": "g1", "any_of": [{"article": CONSULATE, "quote": QUOTE}]}],
        },
        {
            "id": "q-2", "split": "test", "type": "unanswerable", "family": "f-2",
            "answerable": False, "question": "what did the pilots say",
        },
    ]  # fmt: skip
    path = tmp_path / "gold" / "set.jsonl"
    path.parent.mkdir()
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def test_a_quote_is_anchored_when_asked_and_then_there_is_no_fault(
    dateline: Dateline, gold: Path
) -> None:
    before = gold.read_text()
    told = dateline("eval", "lint", str(gold.parent))
    assert told.code == 1
    assert f"{gold}:1: q-1: anchor: g1, '{CONSULATE}'" in told.out
    assert gold.read_text() == before

    written = dateline("eval", "lint", "--write", str(gold))
    assert (written.code, written.err) == (0, f"Anchored: {gold}\n")
    assert written.out.endswith("No fault.\n")
    span = json.loads(gold.read_text().splitlines()[0])["evidence"][0]["any_of"][0]
    assert span["end"] - span["start"] == len("Seven officers of the")
    assert span["suffix"].startswith(" Revolutionary Guards")
    assert dateline("eval", "lint", str(gold)).code == 0


def test_counts_by_type_split_and_family(dateline: Dateline, gold: Path) -> None:
    lines = dateline("eval", "lint", str(gold)).out.splitlines()
    assert [line.split() for line in lines if line.startswith(("type", "factoid", "families"))] == [
        ["type", "dev", "test", "all"],
        ["factoid", "1", "0", "1"],
        ["families", "1", "1", "2"],
    ]


def test_programs_get_the_proposal(dateline: Dateline, gold: Path) -> None:
    [fault] = map(json.loads, dateline("eval", "lint", "--json", str(gold)).out.splitlines())
    assert (fault["id"], fault["line"], fault["rule"]) == ("q-1", 1, "anchor")
    assert fault["proposal"]["quote"] == "Seven officers of the"


def test_other_paragraphs_that_say_the_same(dateline: Dateline, gold: Path, folder: Path) -> None:
    (folder / "second.md").write_text(
        "---\ntitle: Another account\n---\n\nIn Damascus seven officers died in the strike.\n"
    )
    assert dateline("add", str(folder)).code == 0
    dateline("eval", "lint", "--write", str(gold))
    told = dateline("eval", "lint", "--alternatives", str(gold))
    assert told.out.startswith("q-1 n1 another-account#p1: In Damascus")


def test_bad_input_is_wrong_usage(dateline: Dateline, gold: Path) -> None:
    gold.write_text("{broken\n")
    told = dateline("eval", "lint", str(gold))
    assert (told.code, told.out) == (2, "")
    assert told.err.startswith(f"{gold}:1: Invalid JSON")
    assert dateline("eval", "lint", "nowhere").err == (
        "There is no gold file or folder 'nowhere'.\n"
    )
