"""Citations as small numbered links."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rag.reply import Citation
from ui import addresses
from ui.dates import readable
from ui.plain import plain
from ui.render import joined, paragraphs_in_words


@dataclass(frozen=True, slots=True)
class Chip:
    """A citation's number, where it leads, and what is told of it on hover."""

    number: int
    address: str
    title: str


@dataclass(frozen=True, slots=True)
class Listed:
    """A citation as one line of a list."""

    number: int
    address: str
    title: str
    place: str


def chips(numbers: Iterable[int], cited: Mapping[int, Citation], exchange: str) -> list[Chip]:
    """Return a chip for each number that has a citation, once."""
    return [
        Chip(n, address_of(cited[n], exchange), _hover(cited[n]))
        for n in dict.fromkeys(numbers)
        if n in cited
    ]


def address_of(citation: Citation, exchange: str, *, nearest: bool = False) -> str:
    """Return where a citation of an answer, or one of what comes `nearest`, is read.

    An answer that is not stored has no address: its citations lead to the paragraphs themselves.
    """
    if exchange:
        found = addresses.nearest if nearest else addresses.citation
        return found(exchange, citation.n)
    return addresses.paragraph(citation.article_id, citation.version, citation.paragraph)


def listed(citation: Citation, address: str) -> Listed:
    """Return a citation for a list: title, outlet, date, paragraph."""
    numbers = citation.paragraphs or [citation.paragraph]
    return Listed(
        number=citation.n,
        address=address,
        title=title_of(citation),
        place=joined(
            citation.outlet,
            readable(citation.published),
            paragraphs_in_words(numbers[0], numbers[-1]),
            citation.speaker,
        ),
    )


def title_of(citation: Citation) -> str:
    """Return the article's title, or where it was read if it has none."""
    return plain(citation.title).strip() or plain(citation.source)


def _hover(citation: Citation) -> str:
    place = joined(citation.outlet or title_of(citation), readable(citation.published))
    return f"{place} — {plain(citation.speaker)}" if citation.speaker else place
