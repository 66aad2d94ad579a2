from evals.metrics.support_precision import support_precision

from .making import SEVEN, SIXTEEN, answered, documented, overlap_support

METRIC = support_precision(overlap_support)
HALF = "The Guards were killed by snow and rain."


def test_the_example() -> None:
    case = answered((SEVEN, [2]), (HALF, [2]), (SIXTEEN, []))
    assert METRIC(case).value == documented(support_precision)


def test_a_sentence_whose_number_leads_nowhere_cites_and_weighs_nothing() -> None:
    found = METRIC(answered((SEVEN, [2]), (SIXTEEN, [9])))
    assert (found.numerator, found.denominator) == (1, 2)


def test_all_that_a_sentence_cites_is_judged_together() -> None:
    both = "On 1 April 2024 in Damascus seven Guards were killed."
    assert METRIC(answered((both, [1, 2]))).value == 1
