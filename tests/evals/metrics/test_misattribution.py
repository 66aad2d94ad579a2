from evals.metrics.misattribution import misattribution

from .making import (
    DAMASCUS,
    PARAGRAPHS,
    SEVEN,
    SIXTEEN,
    answered,
    documented,
    overlap_support,
    place,
)

METRIC = misattribution(overlap_support)
RETRIEVED = [place("\n\n".join(PARAGRAPHS))]


def test_the_example() -> None:
    case = answered((DAMASCUS, [1]), (SIXTEEN, [1]), retrieved=RETRIEVED)
    assert METRIC(case).value == documented(misattribution)
    assert METRIC.direction == "down"


def test_what_was_not_retrieved_is_unsupported_but_not_misattributed() -> None:
    assert METRIC(answered((SIXTEEN, [1]), retrieved=[place(PARAGRAPHS[1])])).value == 0


def test_what_nothing_supports_is_not_misattributed() -> None:
    assert METRIC(answered(("It snowed in Paris.", [1]), retrieved=RETRIEVED)).value == 0


def test_a_sentence_that_cites_nothing_attributes_nothing() -> None:
    case = answered((SEVEN, [2]), (SIXTEEN, []), retrieved=RETRIEVED)
    assert METRIC(case).denominator == 1


def test_an_id_out_of_range_is_a_wrong_source() -> None:
    assert METRIC(answered((SIXTEEN, [9]), retrieved=RETRIEVED)).value == 1


def test_what_the_cited_paragraph_says_may_stand_elsewhere_too() -> None:
    case = answered((SEVEN, [2]), retrieved=RETRIEVED)
    assert misattribution(lambda premise, claim: 1.0)(case).value == 0


def test_a_paragraph_that_is_cited_is_not_another_source() -> None:
    def alone(premise: str, claim: str) -> float:
        return float(PARAGRAPHS[0] not in premise and overlap_support(premise, claim))

    assert misattribution(alone)(answered((SEVEN, [1, 2]), retrieved=RETRIEVED)).value == 0
