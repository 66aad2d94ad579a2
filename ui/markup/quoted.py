"""The sources of an answer, quoted in full, for a page or a file of their own."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from rag.highlight import within
from rag.reply import Citation
from ui.markup.chips import Listed, listed
from ui.markup.environment import render
from ui.markup.excerpt import Excerpt, excerpt
from ui.markup.web_address import web_address

MOST = 20_000
"""Characters shown of one paragraph."""


@dataclass(frozen=True, slots=True)
class _Quoted:
    listed: Listed
    words: Excerpt
    original: str | None


def quoted_html(citations: Sequence[Citation], addresses: Sequence[str], heading: str) -> Markup:
    """Return each cited paragraph whole, its cited words marked, below its title and place.

    `addresses`: where each of them can be opened.
    """
    pairs = zip(citations, addresses, strict=True)
    return render(
        "quoted.html.j2", heading=heading, quoted=[_quoted(c, address) for c, address in pairs]
    )


def _quoted(citation: Citation, address: str) -> _Quoted:
    start, end = _within(citation)
    inside = within(citation)
    answer = (start + inside[0], start + inside[1]) if inside else None
    return _Quoted(
        listed=listed(citation, address),
        words=excerpt(citation.text, start, end, most=MOST, answer=answer),
        original=web_address(citation.deep_link or citation.url),
    )


def _within(citation: Citation) -> tuple[int, int]:
    """Return the offsets of the quotation in its paragraph's text, told apart by its prefix."""
    own = citation.prefix.rpartition("\n")[2]  # the paragraph before is not in the text
    at = citation.text.find(own + citation.quote)
    if at < 0:
        return 0, 0
    return at + len(own), at + len(own) + len(citation.quote)
