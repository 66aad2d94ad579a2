import pytest

from evals.metrics.alce_recall import alce_recall
from evals.metrics.support import grade, strength

from .making import SEVEN, answered


def test_the_verdict_is_the_nearest_of_three() -> None:
    read = [grade(v) for v in (0, 0.24, 0.25, 0.5, 0.74, 0.75, 1)]
    assert read == [0, 0, 0.5, 0.5, 0.5, 1, 1]


def test_nothing_is_supported_by_nothing() -> None:
    assert strength(lambda premise, claim: 1.0, " ", SEVEN) == 0


@pytest.mark.parametrize("value", [1.1, -0.1, float("nan")])
def test_a_broken_support_function_is_an_error_and_not_a_bad_answer(value: float) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        strength(lambda premise, claim: value, "x", SEVEN)

    def fails(premise: str, claim: str) -> float:
        raise RuntimeError("no parser")

    for phi in (fails, lambda premise, claim: value):
        found = alce_recall(phi)(answered((SEVEN, [2])))
        assert (found.status, found.value) == ("error", None)
