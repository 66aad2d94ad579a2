"""The check of support by rule and by reading together.

The rules decide on numbers, dates, names, quotations, polarity and who said it. Where nothing of
these is amiss, what is left to tell is whether the text says the same in other words, or something
else in the same words: there the share of words that stand in the text and the reader's
probability decide together.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from rag.reader.support import SupportProbabilities
from rag.reading import read
from rag.reply import Support
from rag.sentences import sentence_spans
from rag.support import SupportModel, Verdict

STRETCH = 800
"""Characters of a premise that are read at once: about as many as the reader's window holds."""

WEIGHT = 0.4
"""Of the reader's probability beside the recall, which weighs the rest."""

TAU = 0.43
"""Score from which a claim is supported."""


class ClaimReader(Protocol):
    """What reads claims: `rag.reader.reader.Reader`."""

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[SupportProbabilities]:
        """Return for each (claim, text) whether the one follows from the other, in order."""


@dataclass(frozen=True)
class ReadingJudge:
    """A `rag.support.SupportJudge`: `ReadingJudge(rules, reader).check(premise, claim)`.

    `weight` and `tau` are explained above; a weight of 0 leaves the rules' own scores.
    """

    rules: SupportModel
    reader: ClaimReader
    weight: float = WEIGHT
    tau: float = TAU

    @property
    def lenient(self) -> "ReadingJudge":
        """The same with every score good enough: what it refuses, a rule refuses."""
        return replace(self, rules=self.rules.lenient, tau=0.0)

    def check(
        self,
        premise: str,
        claim: str,
        *,
        speaker: str | None = None,
        published: str | None = None,
    ) -> Verdict:
        """Return the rules' verdict, the reader heard where it hangs on words alone."""
        verdict = self.rules.check(premise, claim, speaker=speaker, published=published)
        if not verdict.score or verdict.lacks or read(premise, published).has_sentence(claim):
            return verdict
        score = (1 - self.weight) * verdict.score + self.weight * self.supported(premise, claim)
        weak: Support = "unsupported" if verdict.score < self.rules.low else "partial"
        return replace(verdict, support="supported" if score >= self.tau else weak, score=score)

    def supported(self, premise: str, claim: str) -> float:
        """Return the reader's probability that a text supports a claim; none is read twice.

        Of a long text the stretch counts that supports it best.
        """
        key = premise, claim
        if key not in self._known:
            read = self.reader.support([(claim, stretch) for stretch in _stretches(premise)])
            self._known[key] = max(one.supported for one in read)
        return self._known[key]

    @cached_property
    def _known(self) -> dict[tuple[str, str], float]:
        return {}


def _stretches(premise: str) -> Sequence[str]:
    """Cut a premise into runs of whole sentences, as few as hold it.

    A sentence that is longer than a run is one by itself.
    """
    if len(premise) <= STRETCH:
        return [premise]
    runs: list[str] = []
    first = end = 0
    for start, stop in sentence_spans(premise):
        if stop - first > STRETCH and end > first:
            runs.append(premise[first:end])
            first = start
        end = stop
    runs.append(premise[first:])
    return runs
