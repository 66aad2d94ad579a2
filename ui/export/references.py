"""The references of a conversation: every citation under a label of its own."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.reply import Citation
from ui.export.web import web_address
from ui.store.records import Exchange


@dataclass(frozen=True, slots=True)
class Reference:
    """A citation; `label` is `2-1` for number 1 of answer 2, `2-n1` for what came nearest."""

    label: str
    citation: Citation

    @property
    def url(self) -> str | None:
        """The address of the article, if it has one that can be opened."""
        return web_address(self.citation.url)

    @property
    def deep_link(self) -> str | None:
        """The address of the passage in it."""
        return web_address(self.citation.deep_link)

    @property
    def file(self) -> str | None:
        """The name of the file of an article without an address; its folders are nobody's."""
        if self.url:
            return None
        return PurePosixPath(self.citation.source.replace("\\", "/")).name or None

    @property
    def paragraphs(self) -> tuple[int, ...]:
        """The numbers of the paragraphs that the quotation touches."""
        return tuple(self.citation.paragraphs) or (self.citation.paragraph,)

    @property
    def has_context(self) -> bool:
        """Whether the paragraph says more than the quotation."""
        return self.citation.text.strip() != self.citation.quote.strip()


@dataclass(frozen=True, slots=True)
class References:
    """Those of one answer, by their numbers in the reply."""

    cited: Mapping[int, Reference]
    nearest: tuple[Reference, ...]

    def of(self, numbers: list[int]) -> list[Reference]:
        """Return the references of a sentence; a number that stands for nothing is left out."""
        return [self.cited[n] for n in dict.fromkeys(numbers) if n in self.cited]

    @property
    def all(self) -> tuple[Reference, ...]:
        """Every reference, in order."""
        return (*self.cited.values(), *self.nearest)


def references(number: int, exchange: Exchange) -> References:
    """Return the references of the answer with that number, from 1, in its conversation."""
    reply = exchange.reply
    return References(
        cited={c.n: Reference(f"{number}-{c.n}", c) for c in reply.citations},
        nearest=tuple(Reference(f"{number}-n{n}", c) for n, c in enumerate(reply.nearest, start=1)),
    )
