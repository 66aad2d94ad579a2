import pytest

from evals.metrics.abstention_right import abstention_right

from .asked import FALSE_PREMISE, UNANSWERABLE, asked, declined, nugget
from .making import documented

CORRECTION = FALSE_PREMISE | {
    "nuggets": [
        nugget(["Damascus"]),
        nugget(["seven"], id_="n2"),
        nugget(["Monday"], id_="n3", importance="okay"),
    ]
}


def test_the_example() -> None:
    case = asked(UNANSWERABLE, ("Seven.", [1]))
    assert abstention_right()(case).value == documented(abstention_right)


@pytest.mark.parametrize(("gold", "right"), [({}, 0), (UNANSWERABLE, 1), (CORRECTION, 1)])
def test_i_dont_know(gold: dict[str, object], right: int) -> None:
    assert abstention_right()(declined(gold)).value == right


def test_answering_an_answerable_question_is_right_whatever_is_said() -> None:
    assert abstention_right()(asked({}, ("Nonsense.", []))).value == 1


@pytest.mark.parametrize(
    ("said", "right"), [("Seven, in Damascus.", 1), ("In Damascus.", 0), ("It was so.", 0)]
)
def test_a_false_premise_may_be_corrected_in_full(said: str, right: int) -> None:
    assert abstention_right()(asked(CORRECTION, (said, [1]))).value == right


def test_a_false_premise_without_a_correction_must_be_declined() -> None:
    assert abstention_right()(asked(FALSE_PREMISE, ("Seven.", [1]))).value == 0


def test_only_a_false_premise_can_be_corrected() -> None:
    gold = UNANSWERABLE | {"nuggets": [nugget(["seven"])]}
    assert abstention_right()(asked(gold, ("Seven.", [1]))).value == 0


def test_a_partial_answer_is_not_a_refusal() -> None:
    assert abstention_right()(asked({}, ("Seven.", [1]), status="partial")).value == 1
