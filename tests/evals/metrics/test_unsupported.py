from collections.abc import Callable

import pytest

from evals.metrics.checker import Checker
from evals.metrics.metric import Metric
from evals.metrics.unsupported_name_rate import unsupported_name_rate
from evals.metrics.unsupported_number_rate import unsupported_number_rate
from evals.metrics.unsupported_quotation_rate import unsupported_quotation_rate
from rag.support import SupportModel

from .asked import Broken, ToyChecker, asked, declined
from .making import SEVEN, documented

Factory = Callable[[Checker], Metric]
RATES = (unsupported_number_rate, unsupported_name_rate, unsupported_quotation_rate)
EXAMPLES = [
    (unsupported_number_rate, "Seven died and 20 were hurt.", 2),
    (unsupported_name_rate, "It was in Syria, said Emmanuel Macron.", 3),
    (unsupported_quotation_rate, "They lost “seven of their members” and “all of it”.", 2),
]


@pytest.mark.parametrize(("factory", "text", "cited"), EXAMPLES)
def test_the_examples(factory: Factory, text: str, cited: int) -> None:
    score = factory(SupportModel())(asked({}, (text, [cited])))
    assert score.value == documented(factory)
    assert score.denominator == 2


@pytest.mark.parametrize(("factory", "text", "_"), EXAMPLES)
def test_empty_context_supports_none_of_them(factory: Factory, text: str, _: int) -> None:
    assert factory(ToyChecker())(asked({}, (text, []))).value == 1
    assert factory(ToyChecker())(asked({}, (text, [9]))).value == 1


@pytest.mark.parametrize("factory", RATES)
def test_undefined_where_there_is_nothing_of_the_kind(factory: Factory) -> None:
    assert factory(ToyChecker())(asked({}, ("It was hit by a strike.", [1]))).status == "na"
    assert factory(ToyChecker())(declined({})).status == "na"


@pytest.mark.parametrize("factory", RATES)
def test_less_is_better(factory: Factory) -> None:
    assert factory(ToyChecker()).direction == "down"


@pytest.mark.parametrize("factory", RATES)
def test_a_checker_that_fails_is_an_error_and_not_0(factory: Factory) -> None:
    assert factory(Broken())(asked({}, (SEVEN, [2]))).status == "error"


def test_a_checker_that_sees_more_does_not_push_the_rate_above_1() -> None:
    toy = ToyChecker(numbers=("some", "many"))
    assert unsupported_number_rate(toy)(asked({}, (SEVEN, [2]))).value == 1


def test_a_date_is_no_number() -> None:
    case = asked({}, ("It was hit on 5 May 2021.", [1]))
    assert unsupported_number_rate(SupportModel())(case).status == "na"
