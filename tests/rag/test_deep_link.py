"""Text fragments, read back by a decoder of our own after the draft's grammar."""

from dataclasses import dataclass
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.deep_link import deep_link

URL = "https://example.org/story"


@dataclass(frozen=True)
class Directive:
    prefix: str | None
    start: str
    end: str | None
    suffix: str | None


def decode(link: str) -> tuple[str, Directive]:
    """Split a link into the page and `text=[prefix-,]start[,end][,-suffix]`."""
    page, mark, text = link.partition(":~:text=")
    assert mark
    assert "&" not in text
    parts = text.split(",")
    prefix = suffix = None
    if parts[0].endswith("-"):
        prefix = unquote(parts.pop(0)[:-1], errors="strict")
    if parts[-1].startswith("-"):
        suffix = unquote(parts.pop()[1:], errors="strict")
    assert len(parts) in (1, 2)
    assert not any("-" in part for part in parts)
    start, end = unquote(parts[0]), unquote(parts[1]) if len(parts) > 1 else None
    return page, Directive(prefix, start, end, suffix)


def find(directive: Directive, page: str) -> str:
    """The first range of the page that a browser would highlight."""
    before = f"{directive.prefix} " if directive.prefix else ""
    begin = page.index(before + directive.start) + len(before)
    if directive.end is None:
        return page[begin : begin + len(directive.start)]
    after = f" {directive.suffix}" if directive.suffix else ""
    return page[begin : page.index(directive.end + after, begin) + len(directive.end)]


@pytest.mark.parametrize(
    "quote",
    [
        "Iran fired about 200 ballistic missiles.",
        "one two three four five six seven eight nine ten eleven twelve",
        "a so-called Axis, of Resistance & more",
        "ایران به اسرائیل حمله کرد",
        "הצבא הודיע על תקיפה באיראן",
        "أعلن الجيش عن هجوم على إيران",
        "“ironclad” – said 50% of them #1 / 2 = ½",
    ],
)
def test_a_quotation_is_found_again(quote: str) -> None:
    prefix, suffix = "Before it stood this.", "After it came that."
    link = deep_link(URL, quote, prefix=f"{prefix} ", suffix=f" {suffix}")
    assert link is not None
    assert link.isascii()
    page, directive = decode(link)
    assert page == f"{URL}#"
    assert directive.prefix == "it stood this."
    assert directive.suffix == "After it came"
    assert find(directive, f"{prefix} {quote} {suffix}") == quote


def test_hyphen_comma_and_ampersand_are_escaped() -> None:
    link = deep_link(URL, "so-called, A & B")
    assert link == f"{URL}#:~:text=so%2Dcalled%2C%20A%20%26%20B"


@pytest.mark.parametrize(
    ("url", "start"),
    [
        ("https://example.org/a#p8", "https://example.org/a#p8:~:text="),
        ("https://example.org/a#", "https://example.org/a#:~:text="),
        ("https://example.org/a#:~:text=old", "https://example.org/a#:~:text="),
        ("https://example.org/a?q=1&b=2", "https://example.org/a?q=1&b=2#:~:text="),
    ],
)
def test_a_fragment_that_is_there_is_kept(url: str, start: str) -> None:
    link = deep_link(url, "some words")
    assert link == f"{start}some%20words"


@pytest.mark.parametrize(
    "url", [None, "", "file:///etc/passwd", "javascript:alert(1)", "articles/a.md", "http://["]
)
def test_no_link_without_a_web_address(url: str | None) -> None:
    assert deep_link(url, "some words") is None


def test_nothing_quoted_is_the_page_itself() -> None:
    assert deep_link(URL, " ") == URL


WORDS = st.lists(
    st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1), min_size=1, max_size=30
)


@given(WORDS, WORDS, WORDS)
def test_any_words_survive(before: list[str], quoted: list[str], after: list[str]) -> None:
    # Browsers part words at any white space; so does split().
    link = deep_link(URL, " ".join(quoted), prefix=" ".join(before), suffix=" ".join(after))
    assert link is not None
    assert link.isascii()
    _, directive = decode(link)
    assert directive.prefix == " ".join(before[-3:])
    assert directive.suffix == " ".join(after[:3])
    if directive.end is None:
        assert directive.start.split(" ") == quoted
    else:
        assert directive.start.split(" ") == quoted[:4]
        assert directive.end.split(" ") == quoted[-4:]
