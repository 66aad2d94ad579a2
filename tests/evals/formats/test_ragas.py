import json
from pathlib import Path
from typing import Any

import pytest

from evals.formats.ragas import read
from evals.formats.registry import export, import_
from rag.errors import UsageError

from ..gold.making import record
from .making import follow_up, material, paragraph, quotes, run


def exported(path: Path, *more: Any, with_run: bool = False) -> list[dict[str, Any]]:
    export("ragas", path, material(*more), run() if with_run else None)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def written(path: Path, *samples: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in samples), encoding="utf-8")
    return path


def test_a_sample_has_what_ragas_knows(tmp_path: Path) -> None:
    first, second, third = exported(tmp_path / "set.jsonl", with_run=True)
    assert first == {
        "user_input": "how many guards died in damascus",
        "retrieved_contexts": [paragraph(2), paragraph(3)],
        "retrieved_context_ids": ["strike#p2", "strike#p3"],
        "response": "Seven.",
        "reference_contexts": [paragraph(2), paragraph(1)],
        "reference_context_ids": ["strike#p2", "strike#p1"],
        "reference": "Seven of them were killed.",
    }
    assert second["retrieved_contexts"] == []
    assert "response" not in third
    assert third["reference"] == "The articles do not say."


def test_round_trip(tmp_path: Path) -> None:
    exported(tmp_path / "set.jsonl")
    found, notes = import_("ragas", tmp_path / "set.jsonl", record(), "test")
    assert [q.question for q in found] == [q.question for q in material().questions]
    assert [[a.text for a in q.answers] for q in found] == [
        ["Seven of them were killed."],
        ["Seven of them were killed."],
        [],
    ]
    assert quotes(found[1]) == [{paragraph(2)}, {paragraph(3)}]
    assert [q.answerable for q in found] == [True, True, False]
    assert {q.split for q in found} == {"test"}
    assert {q.status for q in found} == {"draft"}
    assert "4 of 4 reference texts anchored in the articles" in notes


def test_ids_are_stable_and_a_repetition_is_left_out(tmp_path: Path) -> None:
    path = written(
        tmp_path / "s.jsonl", {"user_input": "why"}, {"user_input": "why", "reference": "b"}
    )
    found, notes = read(path, record(), "dev")
    assert [q.id for q in found] == [q.id for q in read(path, record(), "dev").questions]
    assert found[0].id.startswith("ragas-")
    assert [q.answers for q in found] == [()]
    assert "1 rows ask what was asked before: left out" in notes


def test_a_context_that_no_article_has_is_counted(tmp_path: Path) -> None:
    sample = {
        "user_input": "why",
        "reference": "so",
        "reference_contexts": ["not there", "a  strike\nhit"],
    }
    found, notes = read(written(tmp_path / "s.jsonl", sample), record(), "dev")
    assert quotes(found[0]) == [{"a strike hit"}]
    assert "1 reference texts stand nowhere in the articles: left out" in notes


def test_follow_ups_are_left_out_and_told(tmp_path: Path) -> None:
    told = export("ragas", tmp_path / "s.jsonl", material(follow_up()))
    assert told.notes == ("1 follow-ups left out: a single turn has no history",)
    assert len(told.files[""].splitlines()) == 3


def test_a_conversation_becomes_a_follow_up(tmp_path: Path) -> None:
    turns = [
        {"type": "human", "content": "how many died"},
        {"type": "ai", "content": "seven"},
        {"type": "human", "content": "who says so"},
    ]
    [found], _ = read(written(tmp_path / "s.jsonl", {"user_input": turns}), record(), "dev")
    assert (found.question, found.type) == ("who says so", "follow_up")
    assert [turn.question for turn in found.history] == ["how many died"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (b'{"user_input": "a"', "this is not JSON"),
        (b'["a"]', "no JSON object"),
        (b'{"reference": "a"}', "'user_input' is missing"),
        (b'{"user_input": true}', "must be a text"),
        (b'{"user_input": "a", "reference_contexts": [{}]}', "list of texts"),
        (b'{"user_input": "\\ud800"}', "not valid Unicode"),
        (b'{"user_input": "\xff"}', "not UTF-8"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: bytes, said: str) -> None:
    path = tmp_path / "s.jsonl"
    path.write_bytes(b'{"user_input": "fine"}\n\n' + line + b"\n")
    with pytest.raises(UsageError, match=said) as raised:
        read(path, record(), "dev")
    assert str(raised.value).startswith(f"{path}:3: ")
