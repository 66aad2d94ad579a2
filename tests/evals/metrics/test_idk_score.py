from evals.metrics.idk_score import idk_conditioned, idk_score
from evals.metrics.metric import Metric

from .asked import FALSE_PREMISE, UNANSWERABLE, asked, declined, nugget
from .making import documented

GOLD = {"nuggets": [nugget(["seven"]), nugget(["Damascus"], id_="n2")]}


def test_the_example() -> None:
    assert idk_score()(asked(GOLD, ("Seven.", [1]))).value == documented(idk_score)
    assert idk_score()(declined(GOLD)).value == 0


def test_i_dont_know_is_right_where_nobody_knows() -> None:
    assert idk_score()(declined(UNANSWERABLE)).value == 1
    assert idk_score()(asked(UNANSWERABLE, ("Seven.", [1]))).value == 0


def test_a_false_premise() -> None:
    assert idk_score()(declined(FALSE_PREMISE | GOLD)).value == 1
    assert idk_score()(asked(FALSE_PREMISE | GOLD, ("Seven, in Damascus.", [1]))).value == 1
    assert idk_score()(asked(FALSE_PREMISE | GOLD, ("It was Monday.", [1]))).value == 0
    assert idk_score()(asked(FALSE_PREMISE, ("Seven.", [1]))).value == 0


def test_a_base_metric_that_fails_is_an_error_and_not_0() -> None:
    def broken(case: object) -> None:
        raise RuntimeError("no weights")

    base = Metric("broken", broken)
    assert idk_conditioned(asked(GOLD, ("Seven.", [1])), base).status == "error"
    assert idk_conditioned(asked(FALSE_PREMISE, ("Seven.", [1])), base).status == "error"
    assert idk_conditioned(declined(GOLD), base).value == 0
