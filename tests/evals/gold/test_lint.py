from typing import Any

import pytest

from evals.gold.files import Placed
from evals.gold.lint import lint

from .making import PARAGRAPHS, placed, record, span


def rules(*gold: Placed) -> list[str]:
    return [fault.rule for fault in lint(gold, record())]


def nugget(*patterns: str, **more: Any) -> dict[str, Any]:
    match = {"any_of": [{"all_of": list(patterns)}]}
    return {"id": "n1", "text": "Seven.", "match": match, **more}


def test_a_sound_question_has_no_fault() -> None:
    assert rules(placed()) == []


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"evidence": []}, "evidence"),
        ({"nuggets": []}, "nugget"),
        ({"nuggets": [nugget("seven", importance="okay")]}, "nugget"),
        ({"answers": []}, "answer"),
        ({"answers": [{"text": "Several."}]}, "nugget"),
        ({"nuggets": [nugget("seven"), nugget("seven")]}, "nugget"),
        ({"type": "unanswerable", "answerable": False}, "evidence"),
        ({"forbidden": [{"text": "were killed", "why": "too vague"}]}, "forbidden"),
        (
            {"evidence": [{"group": "g1", "any_of": [span("seven of their members", start=3)]}]},
            "anchor",
        ),
        (
            {
                "evidence": [
                    {"group": "g1", "any_of": [span("Damascus.", article="gone", sha256="")]}
                ]
            },
            "anchor",
        ),
        ({"variant_of": "q-9"}, "variant"),
    ],
)
def test_each_fault_is_named(changes: dict[str, Any], rule: str) -> None:
    assert rule in rules(placed(**changes))


def test_a_nugget_must_stand_in_the_evidence_unless_it_follows_from_it() -> None:
    elsewhere = [{"group": "g1", "any_of": [span("a strike hit a building")]}]
    assert rules(placed(evidence=elsewhere)) == ["nugget"]
    assert rules(placed(evidence=elsewhere, nuggets=[nugget("seven", derived=True)])) == []


def test_evidence_keeps_to_one_paragraph() -> None:
    quote = "were killed.\n\nSyria's"
    [fault] = lint([placed(evidence=[{"group": "g1", "any_of": [span(quote)]}])], record())
    assert "more than one paragraph" in fault.message


def test_a_long_quotation() -> None:
    long = " ".join(["word"] * 25)
    one = record(*PARAGRAPHS, long)
    evidence = [
        {
            "group": "g1",
            "any_of": [span("seven of their members"), {"article": "strike", "quote": long}],
        }
    ]
    assert "long-quote" in [fault.rule for fault in lint([placed(evidence=evidence)], one)]


def test_a_family_keeps_to_one_split_and_a_question_stands_once() -> None:
    assert rules(placed(), placed(2, id="q-2", split="test", question="other")) == ["family"]
    assert rules(placed(), placed(2, id="q-2", family="f-2")) == ["twice"]
    assert rules(placed(), placed(2, id="q-2", question="other", variant_of="q-1")) == []


def test_an_edit_is_proposed_and_not_applied() -> None:
    changed = record(PARAGRAPHS[0], PARAGRAPHS[1].replace("seven", "eight"), PARAGRAPHS[2])
    faults = lint([placed()], changed)
    [anchor] = [fault for fault in faults if fault.rule == "anchor"]
    assert anchor.proposal is not None
    assert anchor.proposal.quote.startswith("eight of their members")
    assert str(anchor).startswith("gold.jsonl:1: q-1: anchor: g1, 'strike'")
