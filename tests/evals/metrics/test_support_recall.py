from evals.metrics.support_recall import support_recall

from .making import SEVEN, SIXTEEN, answered, documented, overlap_support

HALF = "The Guards were killed by snow and rain."


def test_the_example() -> None:
    case = answered((SEVEN, [2]), (HALF, [2]), (SIXTEEN, []))
    assert support_recall(overlap_support)(case).value == documented(support_recall)


def test_a_number_in_between_is_read_as_a_verdict() -> None:
    found = support_recall(lambda premise, claim: 0.8)(answered((SEVEN, [2]), (SIXTEEN, [9])))
    assert (found.numerator, found.denominator) == (1, 2)
