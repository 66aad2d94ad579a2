import pytest

from evals.metrics.faithfulness import faithfulness

from .asked import Broken, ToyChecker, asked, declined
from .making import SEVEN, SIXTEEN, documented

PARTLY = "Seven Syrian ministers of the Guards were killed."


def test_the_example() -> None:
    case = asked({}, (SEVEN, [2]), (PARTLY, [2]), (SIXTEEN, []))
    score = faithfulness(ToyChecker())(case)
    assert score.value == pytest.approx(documented(faithfulness), abs=5e-4)
    assert score.denominator == 3


def test_claims_with_an_empty_context_are_0_and_not_undefined() -> None:
    score = faithfulness(ToyChecker())(asked({}, (SEVEN, [])))
    assert (score.value, score.status) == (0, "ok")
    score = faithfulness(ToyChecker())(asked({}, (SEVEN, [9])))
    assert (score.value, score.status) == (0, "ok")


def test_no_claims_are_undefined_and_not_0() -> None:
    assert faithfulness(ToyChecker())(declined({})).status == "na"
    assert faithfulness(ToyChecker())(asked({}, answer="")).status == "na"


def test_right_but_cited_to_the_wrong_paragraph_is_not_faithful() -> None:
    assert faithfulness(ToyChecker())(asked({}, (SIXTEEN, [1]))).value == 0


def test_a_checker_that_fails_is_an_error_and_not_0() -> None:
    score = faithfulness(Broken())(asked({}, (SEVEN, [2])))
    assert (score.value, score.status) == (None, "error")
    assert score.note == "RuntimeError: no weights"
