"""A source as what claims are checked against: its paragraph, without orders to machines."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from rag.analysis import content_terms
from rag.generate.source import Source
from rag.instructions import addresses_machine
from rag.library.records import Sentence
from rag.reading import Reading, read
from rag.support import WINDOW, SupportJudge

TRIED = 4
"""Runs of sentences that are checked for the shortest that supports a claim."""


@dataclass(frozen=True)
class Premise:
    """The sentences of a source's paragraph that are addressed to people."""

    source: Source

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """Those sentences, in order."""
        return tuple(s for s in self.source.sentences if not addresses_machine(self.slice(s)))

    @cached_property
    def text(self) -> str:
        """Their text, each on its line: no number or name of a sentence left out counts."""
        return "\n".join(" ".join(self.slice(s).split()) for s in self.sentences)

    @cached_property
    def reading(self) -> Reading:
        """What the text states."""
        return read(self.text, self.source.published)

    def slice(self, sentence: Sentence) -> str:
        """Return the text of one of its sentences."""
        return self.source.version.text[sentence.start : sentence.end]

    def span(self, model: SupportJudge, claim: str) -> tuple[int, int]:
        """Return the (start, end), in the version's text, of the run that best supports a claim.

        The shortest that supports it fully; else the one that holds most of its terms.
        """
        runs = sorted(self._runs(claim), key=lambda run: (-run[0], run[2] - run[1]))
        for _, first, last in sorted(runs[:TRIED], key=lambda run: run[2] - run[1]):
            chosen = self.sentences[first:last]
            text = "\n".join(" ".join(self.slice(s).split()) for s in chosen)
            verdict = model.check(
                text, claim, speaker=self.source.speaker, published=self.source.published
            )
            if verdict.support == "supported":
                return chosen[0].start, chosen[-1].end
        _, first, last = runs[0]
        return self.sentences[first].start, self.sentences[last - 1].end

    def _runs(self, claim: str) -> Iterator[tuple[int, int, int]]:
        """Yield (terms of the claim held, first, behind the last) of every run."""
        wanted = set(content_terms(claim))
        held = [wanted & set(content_terms(self.slice(s))) for s in self.sentences]
        for first in range(len(held)):
            for last in range(first + 1, min(first + WINDOW, len(held)) + 1):
                yield len(set().union(*held[first:last])), first, last
