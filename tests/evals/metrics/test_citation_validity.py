import pytest

from evals.metrics.citation_validity import citation_validity

from .making import FIRST, SECOND, SEVEN, SIXTEEN, answered, declined, documented

METRIC = citation_validity()


def test_the_example() -> None:
    case = answered(answer="Seven died. [1][9]", citations=[FIRST])
    assert METRIC(case).value == documented(citation_validity)


def test_the_numbers_of_the_sentences_count_where_the_text_has_none() -> None:
    assert METRIC(answered((SEVEN, [1, 9]), answer=SEVEN, citations=[FIRST])).value == 0.5


def test_the_markers_of_the_text_count_where_the_sentences_have_none() -> None:
    case = answered((SEVEN, [1]), answer=f"{SEVEN} [1]\nAnd so on [1, 12].", citations=[FIRST])
    assert METRIC(case).value == 0.5


def test_a_position_of_a_conflict_cites_too() -> None:
    position = {"party": "Syria", "claim": SIXTEEN, "citations": [5]}
    conflicts = [{"topic": "the dead", "positions": [position]}]
    case = answered((SEVEN, [1]), citations=[FIRST], conflicts=conflicts)
    assert METRIC(case).value == 0.5


@pytest.mark.parametrize(
    "forged", [{"quote": "On 1 May 2024"}, {"start": 1}, {"article_id": "gone"}, {"paragraph": 2}]
)
def test_a_citation_whose_quote_is_not_the_slice_is_invalid(forged: dict[str, object]) -> None:
    wrong = FIRST.model_copy(update=forged)
    assert METRIC(answered((SEVEN, [1, 2]), citations=[wrong, SECOND])).value == 0.5


def test_zero_is_not_the_last_document() -> None:
    assert METRIC(answered((SEVEN, [0]), citations=[FIRST])).value == 0.5


def test_19_does_not_match_2019() -> None:
    far = FIRST.model_copy(update={"n": 2019})
    found = METRIC(answered((SEVEN, [19]), citations=[far]))
    assert (found.numerator, found.denominator) == (1, 2)


def test_a_refusal_that_names_a_paragraph_is_checked() -> None:
    assert METRIC(declined(answer="Nearest: [1].", nearest=[FIRST])).value == 1
    assert METRIC(declined(answer="Nearest: [2].", nearest=[FIRST])).value == 0
