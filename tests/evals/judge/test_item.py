from typing import Any

import pytest

from evals.case import Case
from evals.gold.question import GoldQuestion
from evals.judge.item import MISTAKEN, UNANSWERED, item_of

from ..gold.making import question
from ..metrics.making import reply
from .making import item


def case(*, status: str = "answered", answer: str = "Seven.", **changes: Any) -> Case:
    asked = GoldQuestion.model_validate(question(**changes))
    return Case(asked, reply(answer=answer, status=status))


def test_what_a_judge_is_shown() -> None:
    shown = item_of(
        case(
            answer="Seven were killed [1].",
            type="follow_up",
            history=[{"question": "what was hit"}],
            as_of="2024-05-01",
            answers=[{"text": "Seven died.", "aliases": ["7 died."]}],
            forbidden=[{"text": "Sixteen guards died.", "why": "that is all of the dead"}],
        )
    )
    assert shown.question.splitlines() == [
        "Asked before: what was hit", "As of: 2024-05-01", "how many guards died in damascus"
    ]  # fmt: skip
    assert shown.reference.splitlines() == [
        "Right answer: Seven died.", "The same in other words: 7 died.",
        "Vital fact: Seven were killed.", "Wrong statement: Sixteen guards died.",
    ]  # fmt: skip
    assert shown.answer == "Seven were killed [1]."
    assert shown.gradable
    assert shown.settled is None


def test_questions_without_an_answer() -> None:
    none = item_of(case(type="unanswerable", answerable=False, answers=(), nuggets=()))
    assert none.reference == UNANSWERED
    mistaken = item_of(case(type="false_premise", answerable=False))
    assert mistaken.reference.startswith(f"{MISTAKEN}\nRight answer:")
    assert not item_of(case(answers=(), nuggets=())).gradable


def test_what_needs_no_judge() -> None:
    assert item_of(case(status="abstained")).settled == "declined"
    assert item_of(case(answer=" \n")).settled == "wrong"


@pytest.mark.parametrize(
    ("grade", "answerable", "known", "worth"),
    [
        ("correct", True, True, 1), ("partly", True, True, 0.5), ("wrong", True, True, 0),
        ("declined", True, True, 0), ("declined", False, True, 1), ("declined", False, False, 1),
        ("correct", False, True, 1), ("correct", False, False, 0), ("partly", False, False, 0),
        ("wrong", False, False, 0),
    ],
)  # fmt: skip
def test_worth(grade: Any, answerable: bool, known: bool, worth: float) -> None:
    assert item(answerable=answerable, known=known).worth(grade) == worth
