import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from evals.formats.promptfoo import _guarded, _plain, read
from evals.formats.promptfoo_assertions import assertions_of
from evals.formats.registry import export
from rag.errors import UsageError

from ..gold.making import record
from ..runs.making import gold_question
from .making import follow_up, material, quotes


@pytest.mark.parametrize("suffix", ["yaml", "yml", "json", "jsonl"])
def test_round_trip(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"tests.{suffix}"
    whole = material(follow_up())
    export("promptfoo", path, whole)
    found, notes = read(path, record(), "dev")
    for before, after in zip(whole.questions, found, strict=True):
        for name in ("id", "question", "history", "type", "family", "as_of", "answerable"):
            assert getattr(before, name) == getattr(after, name)
        assert before.answers == after.answers
        assert before.nuggets == after.nuggets
        assert before.evidence == after.evidence
    assert notes[0] == "4 questions, all of them drafts"
    assert not any("left out" in note for note in notes)


def test_what_promptfoo_is_given(tmp_path: Path) -> None:
    path = tmp_path / "tests.yaml"
    told = export("promptfoo", path, material())
    first, _, third = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert first["vars"]["question"] == "how many guards died in damascus"
    assert first["assert"] == [{"type": "icontains-all", "value": ["seven"], "metric": "n1"}]
    assert third["assert"][0]["type"] == "llm-rubric"
    assert told.notes == (
        "1 questions that are not answerable: their rubric needs a grading model",
    )


def test_ways_become_a_set_of_which_one_is_enough() -> None:
    ways = [{"all_of": ["seven", "guard*"]}, {"all_of": ["7"]}, {"all_of": ["sept"]}]
    nugget = {"id": "n9", "text": "Seven.", "match": {"any_of": ways}}
    forbidden = [{"text": "nobody died", "why": "false"}]
    made, left = assertions_of(gold_question(nuggets=[nugget], forbidden=forbidden))
    assert made[0]["threshold"] == 0.333
    assert made[0]["assert"] == [
        {"type": "icontains-all", "value": ["seven", "guard"]},
        {"type": "icontains-all", "value": ["7"]},
        {"type": "icontains-all", "value": ["sept"]},
    ]
    assert made[1] == {"type": "not-icontains", "value": "nobody died"}
    assert left == 0


def test_a_number_is_left_out_and_counted_and_the_answer_asserted() -> None:
    match = {"any_of": [{"all_of": [{"number": 7, "unit": "guards"}]}]}
    nugget = {"id": "n1", "text": "Seven.", "match": match}
    made, left = assertions_of(gold_question(nuggets=[nugget]))
    assert made == [
        {"type": "icontains-any", "value": ["Seven of them were killed."], "metric": "answer"}
    ]
    assert left == 1


def saved(path: Path, *tests: dict[str, Any]) -> Path:
    path.write_text(json.dumps(list(tests), indent=1), encoding="utf-8")
    return path


def test_tests_of_others(tmp_path: Path) -> None:
    test = {
        "vars": {"query": "how many died", "context": "seven of their members were killed"},
        "assert": [
            {"type": "equals", "value": "seven"},
            {"type": "icontains-any", "value": ["7", "seven"]},
            {"type": "not-contains", "value": "eight"},
            {"type": "javascript", "value": "output.length < 9"},
        ],
        "metadata": {"type": "smoke"},
    }
    [found], notes = read(saved(tmp_path / "t.json", test), record(), "dev")
    assert [(a.text, a.aliases) for a in found.answers] == [("seven", ()), ("7", ("seven",))]
    assert [n.match.any_of[0].all_of for n in found.nuggets] == [("7",)]
    assert len(found.nuggets[0].match.any_of) == 2
    assert [one.text for one in found.forbidden] == ["eight"]
    assert quotes(found) == [{"seven of their members were killed"}]
    assert "1 × assertion of type 'javascript': left out" in notes


def test_a_configuration_and_a_list_of_questions(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(
        "prompts: [p]\ntests:\n  - vars:\n      question: [who, 1.50]\n    metadata: {id: a}\n"
    )
    found, _ = read(path, record(), "dev")
    assert [(q.id, q.question) for q in found] == [("a-1", "who"), ("a-2", "1.50")]


@pytest.mark.parametrize(
    ("name", "text", "line", "said"),
    [
        ("t.yaml", "- vars: {question: a}\n- vars: {a: b, c: d}\n", 2, "no variable"),
        ("t.yaml", "- vars: {question: a}\n- 'file://x.yaml'\n", 2, "name the file"),
        ("t.yaml", "- vars:\n  - [\n", 3, "not YAML"),
        ("t.yaml", "tests: file://x.yaml\n", 1, "no list of tests"),
        ("t.yaml", "", 1, "no list"),
        ("t.yaml", "- vars: {question: a}\n  assert: [{value: b}]\n", 1, "'type' is missing"),
        ("t.json", '[\n {"vars": {"question": "a"}},\n {"vars": {}}\n]', 3, "no variable"),
        ("t.json", '[\n {"vars": ]\n', 2, "not JSON"),
        ("t.jsonl", '{"vars": {"question": "a"}}\n{', 2, "not JSON"),
    ],
)
def test_a_bad_test_is_named(tmp_path: Path, name: str, text: str, line: int, said: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(UsageError, match=said) as raised:
        read(path, record(), "dev")
    assert str(raised.value).startswith(f"{path}:{line}: ")


def test_an_id_that_stands_twice_and_another_ending(tmp_path: Path) -> None:
    test = {"vars": {"question": "a"}, "metadata": {"id": "x"}}
    with pytest.raises(UsageError, match=r"the id 'x' stands at .*t\.json:2 already"):
        read(saved(tmp_path / "t.json", test, test), record(), "dev")
    with pytest.raises(UsageError, match="none of the endings"):
        export("promptfoo", tmp_path / "t.csv", material())


@given(st.text(st.sampled_from("{}%# raw")))
def test_braces_come_back_as_they_were(text: str) -> None:
    assert _plain(_guarded(text)) == text
    guarded = _guarded(text)
    assert guarded == text or str(guarded).startswith("{% raw %}")
