from evals.metrics.alce_recall import alce_recall

from .making import (
    DAMASCUS,
    FIRST,
    SECOND,
    SEVEN,
    SIXTEEN,
    THIRD,
    answered,
    documented,
    overlap_support,
)

METRIC = alce_recall(overlap_support)
BOTH = "On 1 April 2024 in Damascus seven Guards were killed."


def test_the_example() -> None:
    case = answered((BOTH, [1, 2]), (SIXTEEN, []))
    assert METRIC(case).value == documented(alce_recall)
    assert METRIC(answered((BOTH, [1]))).value == 0.5  # half of it: they are needed together


def test_a_sentence_without_a_citation_scores_zero() -> None:
    assert METRIC(answered((SIXTEEN, []), citations=[THIRD])).value == 0


def test_zero_is_not_the_last_document() -> None:
    assert METRIC(answered((SIXTEEN, [0]))).value == 0
    assert METRIC(answered(answer=f"{SIXTEEN} [0]")).value == 0
    assert METRIC(answered((SIXTEEN, [3]))).value == 1


def test_nothing_is_cut_at_a_newline() -> None:
    case = answered(answer=f"{SEVEN} [2]\n{SIXTEEN}\n\n{DAMASCUS} [1]")
    assert METRIC(case).denominator == 3
    assert METRIC(case).numerator == 2
    hidden = answered((SEVEN, [2]), answer=f"{SEVEN} [2]\nThousands fled that night.")
    assert METRIC(hidden).value == 0.5


def test_an_id_out_of_range_is_not_a_document() -> None:
    assert METRIC(answered((SEVEN, [4]), citations=[FIRST, SECOND, THIRD])).value == 0


def test_19_does_not_match_2019() -> None:
    nineteen = SECOND.model_copy(update={"n": 2019})
    case = answered((SEVEN, [19]), citations=[nineteen])
    assert METRIC(case).value == 0
    assert METRIC(answered((SEVEN, [2019]), citations=[nineteen])).value == 1
