import json
from pathlib import Path
from typing import Any

import pytest

from evals.formats.nuggetizer import read
from evals.nuggets import has_nugget
from rag.errors import UsageError

from ..gold.making import record


def written(path: Path, *rows: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def row(*nuggets: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"qid": "t1", "query": "how many died", "nuggets": list(nuggets), **more}


def test_nuggets_become_patterns(tmp_path: Path) -> None:
    made = row(
        {"text": "Seven Guards were killed in Damascus", "importance": "vital"},
        {"text": "It was not in Aleppo", "importance": "okay"},
    )
    [found], notes = read(written(tmp_path / "n.jsonl", made), record(), "dev")
    assert (found.id, found.question, found.status) == ("t1", "how many died", "draft")
    assert [n.importance for n in found.nuggets] == ["vital", "okay"]
    first, second = found.nuggets
    assert has_nugget("In Damascus, 7 of the Guards were killed.", first)
    assert not has_nugget("In Damascus, 8 of the Guards were killed.", first)
    assert not has_nugget("It was in Aleppo.", second)
    assert "1 answerable questions have no evidence yet" in notes


def test_one_question_assigned_to_several_answers(tmp_path: Path) -> None:
    nugget = {"text": "Seven died", "importance": "failed", "assignment": "support"}
    other = {"text": "On 1 April", "assignment": "not_support"}
    path = written(tmp_path / "n.jsonl", row(nugget, run_id="a"), row(nugget, other, run_id="b"))
    [found], notes = read(path, record(), "dev")
    assert [(n.id, n.text, n.importance) for n in found.nuggets] == [
        ("n1", "Seven died", "okay"),
        ("n2", "On 1 April", "vital"),
    ]
    assert "1 × nugget of importance 'failed': taken for okay" in notes


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"qid": "t2", "query": "x"}, "'nuggets' is missing"),
        ({"query": "x", "nuggets": []}, "'qid' is missing"),
        (row({"text": "a", "importance": "high"}), "importance 'high' is none of"),
        (row({"text": "…"}), "has no words"),
        (row({"importance": "okay"}), "'text' is missing"),
        (row("Seven died"), "which is no object"),  # type: ignore[arg-type]
        (row(query="something else"), "asks 'something else', but 'how many died' at"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, bad: dict[str, Any], said: str) -> None:
    path = written(tmp_path / "n.jsonl", row({"text": "Seven died"}), bad)
    with pytest.raises(UsageError, match=said) as raised:
        read(path, record(), "dev")
    assert str(raised.value).startswith(f"{path}:2: ")
