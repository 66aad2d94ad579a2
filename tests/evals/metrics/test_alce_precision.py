from evals.metrics.alce_precision import alce_precision

from .making import SEVEN, SIXTEEN, THIRD, answered, documented, overlap_support

METRIC = alce_precision(overlap_support)
BOTH = "On 1 April 2024 in Damascus seven Guards were killed."


def test_the_example() -> None:
    found = METRIC(answered((SEVEN, [2, 3])))
    assert found.value == documented(alce_precision)
    assert (found.numerator, found.denominator) == (1, 2)


def test_citations_that_are_needed_together_are_good() -> None:
    assert METRIC(answered((BOTH, [1, 2]))).value == 1


def test_all_are_bad_where_the_joint_set_fails() -> None:
    assert METRIC(answered((BOTH, [1, 3]))).value == 0


def test_two_that_both_say_it_are_both_good() -> None:
    again = THIRD.model_copy(update={"n": 4})
    assert METRIC(answered((SIXTEEN, [3, 4]), citations=[THIRD, again])).value == 1


def test_an_id_out_of_range_counts_in_the_denominator() -> None:
    assert METRIC(answered((SEVEN, [2, 9]))).value == 0.5
    assert METRIC(answered((SEVEN, [9]))).value == 0
    stray = METRIC(answered((SEVEN, [2]), answer=f"{SEVEN} [2] [9]"))
    assert (stray.numerator, stray.denominator) == (1, 2)


def test_zero_is_not_the_last_document() -> None:
    found = METRIC(answered((SIXTEEN, [3, 0])))
    assert (found.numerator, found.denominator) == (1, 2)


def test_nothing_is_cut_at_a_newline() -> None:
    assert METRIC(answered(answer=f"{SEVEN} [2]\n{SIXTEEN} [1]")).value == 0.5


def test_a_number_repeated_in_a_sentence_counts_once() -> None:
    assert METRIC(answered((SEVEN, [2, 2, 3]))).denominator == 2


def test_citations_that_say_nothing_apart_but_all_of_it_together_are_good() -> None:
    def strict(premise: str, claim: str) -> float:
        return float(overlap_support(premise, claim) == 1)

    assert alce_precision(strict)(answered((BOTH, [1, 2]))).value == 1
