from evals.gold.articles import Record
from evals.metrics.token_precision import token_precision

from .making import answered, article, documented, place, spot, wanted

TEXT = "Seven were killed in Damascus that very Monday"
ONE = article(TEXT + " and 3.5 more.")


def score(*passages: str, gold: tuple[str, ...], k: int = 5) -> float | None:
    case = answered(
        retrieved=[place(p, ONE) for p in passages],
        groups=[wanted(place(quote, ONE), name=quote) for quote in gold],
        record=Record([ONE]),
    )
    return token_precision(k)(case).value


def test_the_example() -> None:
    assert score(TEXT, gold=("Seven were",)) == documented(token_precision)


def test_a_number_is_one_token() -> None:
    assert score("and 3.5 more", gold=("3.5",)) == 1 / 3


def test_overlapping_passages_are_paid_for_and_gold_counts_once() -> None:
    assert score("Seven were", "Seven were", gold=("Seven were",)) == 0.5
    assert score("Seven were killed", gold=("Seven were", "were killed")) == 1


def test_a_word_of_which_the_span_has_a_part_is_not_gold() -> None:
    assert score("Seven were", gold=("Seven we",)) == 0.5


def test_only_the_first_k_passages_are_read() -> None:
    assert score("Seven were", "that very Monday", gold=("Seven were",), k=1) == 1


def test_a_passage_of_an_unknown_article_is_an_error_and_not_zero() -> None:
    case = answered(retrieved=[spot(0, 9, "gone")], groups=[wanted(spot(0, 5, "gone"))])
    found = token_precision(5)(case)
    assert found.status == "error"
    assert "'gone'" in (found.note or "")
