"""Anchors and citations: the quotation is the slice, whatever the text."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from rag.cite import CONTEXT, anchor, citation
from rag.library import catalogue
from rag.library.library import Library
from rag.library.records import Paragraph
from rag.library.rows import VersionInfo, VersionText

INFO = VersionInfo(
    row=1, article_row=1, article_id="a", key="k", root=None, number=3, current=True,
    removed=False, sha256="", source="a.md", title="Title", author="Author", outlet="Outlet",
    kind=None, url="https://example.org/a", published="2024-04-15", added_at="", story=None,
    paragraphs=0,
)  # fmt: skip
PLAIN = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40)


def version_of(paragraphs: list[str], speaker: str | None = None) -> VersionText:
    numbered, start = [], 0
    for number, text in enumerate(paragraphs, start=1):
        numbered.append(Paragraph(number, start, start + len(text), speaker))
        start += len(text) + 2
    return VersionText(INFO, "\n\n".join(paragraphs), tuple(numbered))


@st.composite
def spans(draw: st.DrawFn) -> tuple[VersionText, int, int, int]:
    """A version, and a span inside one of its paragraphs, with the paragraph's number."""
    version = version_of(draw(st.lists(PLAIN, min_size=1, max_size=5)))
    paragraph = draw(st.sampled_from(version.paragraphs))
    start = draw(st.integers(paragraph.start, paragraph.end - 1))
    return version, start, draw(st.integers(start + 1, paragraph.end)), paragraph.number


@given(spans())
def test_an_anchor_says_where_the_quotation_stands(
    span: tuple[VersionText, int, int, int],
) -> None:
    version, start, end, number = span
    place = anchor(version, start, end)
    assert place.quote == version.text[start:end]
    assert place.paragraph == number
    assert (place.article_id, place.version) == ("a", 3)
    joined = place.prefix + place.quote + place.suffix
    assert joined in version.text
    assert len(place.prefix) == min(CONTEXT, start)
    assert len(place.suffix) == min(CONTEXT, len(version.text) - end)


@given(spans())
def test_a_citation_carries_its_paragraph(span: tuple[VersionText, int, int, int]) -> None:
    version, start, end, number = span
    cited = citation(7, version, start, end)
    assert cited.n == 7
    assert cited.quote == version.text[cited.start : cited.end]
    assert cited.quote in cited.text
    assert cited.text == version.slice(version.paragraph(number))
    assert cited.paragraphs == [cited.paragraph] == [number]
    assert cited.deep_link
    assert cited.deep_link.startswith("https://example.org/a#:~:text=")


def test_a_citation_says_whose_words_they_are() -> None:
    cited = citation(1, version_of(["Some words."], speaker="John Kirby"), 0, 4)
    assert (cited.title, cited.author, cited.outlet) == ("Title", "Author", "Outlet")
    assert (cited.speaker, cited.published) == ("John Kirby", "2024-04-15")
    assert (cited.url, cited.source) == ("https://example.org/a", "a.md")


@pytest.mark.parametrize(("start", "end"), [(0, 12), (4, 4), (5, 3), (3, 7)])
def test_a_span_over_two_paragraphs_or_none_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="not inside paragraph"):
        anchor(version_of(["abcd", "efgh"]), start, end)


@examples(max_examples=5, deadline=None)
@given(texts=st.lists(PLAIN.filter(str.isalpha), min_size=1, max_size=4))
def test_stored_and_read_back_the_slice_is_the_same(
    make_library: Callable[..., Library], texts: list[str]
) -> None:
    library = make_library(("\n\n".join(["Opening words.", *texts]), {"title": "T"}))
    with library.reading() as db:
        (info,) = catalogue.list_articles(db)
        version = catalogue.read_version(db, info.article_id)
    for paragraph in version.paragraphs:
        cited = citation(1, version, paragraph.start, paragraph.end)
        assert cited.quote == cited.text == version.text[paragraph.start : paragraph.end]
        assert cited.url is None
        assert cited.deep_link is None
