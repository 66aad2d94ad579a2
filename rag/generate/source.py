"""The evidence that is put before a chat model: numbered pieces, each of one paragraph."""

from dataclasses import dataclass

from rag.library.records import Paragraph, Sentence
from rag.library.rows import VersionText

GAP = " … "
"""Stands where sentences of the paragraph are left out."""


@dataclass(frozen=True, slots=True)
class Source:
    """Some sentences of one paragraph, in its order; `n` is the number the model cites, from 1.

    `shown` are the sentences that the model reads, `sentences` all those of the paragraph; `rank`
    is the place of the best of those shown among all the evidence, 0 the best of all.
    """

    n: int
    version: VersionText
    paragraph: Paragraph
    shown: tuple[Sentence, ...]
    sentences: tuple[Sentence, ...]
    rank: int = 0

    @property
    def text(self) -> str:
        """What the model reads of it."""
        parts: list[str] = []
        end = None
        for sentence in self.shown:
            if end is not None:
                between = self.version.text[end : sentence.start]
                parts.append(GAP if between.strip() else " ")
            parts.append(self.version.text[sentence.start : sentence.end])
            end = sentence.end
        return "".join(parts)

    @property
    def whole(self) -> str:
        """The whole paragraph, which a claim is checked against."""
        return self.version.slice(self.paragraph)

    @property
    def speaker(self) -> str | None:
        """Who speaks, in a transcript."""
        return self.paragraph.speaker

    @property
    def published(self) -> str | None:
        """The article's ISO date, from which relative dates are counted."""
        return self.version.info.published
