import pytest

from evals.case import Case
from evals.gold.articles import Record
from evals.metrics.resolution import Cited, cited_paragraphs, retrieved_paragraphs

from .making import (
    ARTICLE,
    FIRST,
    PARAGRAPHS,
    RECORD,
    SECOND,
    answered,
    article,
    citation,
    declined,
    place,
)


def test_a_sound_citation_resolves_to_the_paragraph_of_its_quotation() -> None:
    assert cited_paragraphs(citation(1, "seven of their"), RECORD) == [place(PARAGRAPHS[1])]


def test_a_quotation_over_two_paragraphs_resolves_to_both() -> None:
    both = citation(1, "in Damascus.\n\nThe Guards")
    assert cited_paragraphs(both, RECORD) == [place(p) for p in PARAGRAPHS[:2]]


@pytest.mark.parametrize(
    "wrong",
    [
        {"article_id": "gone"},
        {"quote": "On 1 April 2024 a strike missed a building in Damascus."},
        {"start": 1},
        {"start": -1},
        {"start": 40, "end": 40, "quote": ""},
        {"end": 10_000},
        {"paragraph": 2},
        {"paragraphs": [1, 2]},
        {"text": "Another paragraph."},
    ],
    ids=str,
)
def test_what_does_not_lead_to_its_words_does_not_resolve(wrong: dict[str, object]) -> None:
    assert cited_paragraphs(FIRST.model_copy(update=wrong), RECORD) == []


def test_an_edited_article_no_longer_bears_the_citation() -> None:
    edited = Record([article("A new start.", *PARAGRAPHS)])
    assert cited_paragraphs(FIRST, edited) == []


def test_a_number_given_twice_resolves_to_none() -> None:
    twice = [FIRST, SECOND.model_copy(update={"n": 1})]
    assert Cited(answered(citations=twice)).paragraphs(1) == []


def test_a_refusal_may_name_the_nearest_paragraphs() -> None:
    assert Cited(declined(nearest=[FIRST])).paragraphs(1) == [place(PARAGRAPHS[0])]
    assert Cited(answered(citations=[], nearest=[FIRST])).paragraphs(1) == []


def test_a_premise_has_every_paragraph_once_under_its_heading() -> None:
    case = answered(citations=[citation(1, "seven"), citation(2, "The Guards")])
    assert Cited(case).premise(1, 2) == f"The strike, 2 April 2024\n{PARAGRAPHS[1]}"
    assert Cited(case).premise(3) == ""


def test_a_relative_date_is_explained_in_the_premise() -> None:
    one = article("They met yesterday.")
    case = answered(citations=[citation(1, "They met", of=one)], record=Record([one]))
    assert "yesterday [1 April 2024]" in Cited(case).premise(1)


def test_the_paragraphs_of_the_passages_in_order_each_once() -> None:
    passages = (place(PARAGRAPHS[2]), place("Damascus.\n\nThe Guards"), place("16"))
    case = Case(answered().question, answered().reply, passages, (), RECORD)
    assert retrieved_paragraphs(case) == [place(PARAGRAPHS[i]) for i in (2, 0, 1)]
    assert ARTICLE.text
