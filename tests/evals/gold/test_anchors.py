import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.gold.anchors import locate
from evals.gold.articles import Record
from evals.gold.question import Span

from .making import PARAGRAPHS, article, record, span

QUOTE = "seven of their members were killed"


def test_where_the_anchor_says() -> None:
    found = locate(Span(**span(QUOTE)), record())
    assert found.how == "exact"
    assert found.span == Span(**span(QUOTE))


def test_a_bare_quote_is_anchored() -> None:
    found = locate(Span(article="strike", quote=QUOTE), record())
    assert (found.how, found.span) == ("quote", Span(**span(QUOTE)))


def test_an_article_under_another_id_is_found_by_its_text() -> None:
    one = article(*PARAGRAPHS, article_id="renamed")
    found = locate(Span(**span(QUOTE)), Record([one]))
    assert found.how == "exact"
    assert found.span is not None
    assert found.span.article == "renamed"


def test_a_quote_that_stands_twice_is_told_apart_by_what_is_around_it() -> None:
    twice = record("First, it was said.", "Then it was said.", "It was said.")
    bare = Span(article="strike", quote="it was said")
    assert locate(bare, twice).how == "ambiguous"
    second = bare.model_copy(update={"prefix": "Then ", "suffix": "."})
    found = locate(second, twice)
    assert found.how == "context"
    assert found.span is not None
    assert found.span.start == len("First, it was said.\n\nThen ")


def test_a_reworded_quote_is_only_proposed() -> None:
    changed = record(PARAGRAPHS[0], PARAGRAPHS[1].replace("seven", "eight"), PARAGRAPHS[2])
    found = locate(Span(**span(QUOTE)), changed)
    assert (found.how, found.sure) == ("fuzzy", False)
    assert found.span is not None
    assert found.span.quote == "eight of their members were killed"


@pytest.mark.parametrize(
    ("given_span", "how"),
    [
        (Span(article="other", quote=QUOTE), "no_article"),
        (Span(article="strike", quote="nothing of the kind stands here at all"), "lost"),
    ],
)
def test_what_has_no_place(given_span: Span, how: str) -> None:
    assert locate(given_span, record()).how == how


@given(
    before=st.text(alphabet="abc é\n", max_size=40), after=st.text(alphabet="xyz ü\n", max_size=40)
)
def test_an_edit_elsewhere_moves_the_anchor_with_its_words(before: str, after: str) -> None:
    edited = record(before + PARAGRAPHS[0], PARAGRAPHS[1], PARAGRAPHS[2] + after)
    found = locate(Span(**span(QUOTE)), edited)
    assert found.sure
    assert found.span is not None
    one = edited.articles["strike"]
    assert one.text[found.span.start : found.span.end] == QUOTE
    assert found.span.sha256 == one.sha256
