"""Whether a text supports a claim, by rule: words, numbers, dates, names, quotations, polarity.

A claim is *supported* when the weighted recall of its terms in the best window of the text (a run
of up to three sentences) reaches tau, every number, date, name and quotation of it stands in the
text, its polarity is unchanged and nobody else is said to have said it. It is *partial* when only
the recall falls short, but not below `low`, or when only a date is lacking and the text gives no
other in its place. Otherwise, and with an empty text or claim, it is *unsupported*.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from rag import quantities, stated_dates
from rag.analysis import content_terms
from rag.attribution import claimed_speaker, same_person
from rag.canonical import canonical
from rag.names import find_names, is_named
from rag.periods import without_periods
from rag.quotations import find_quotations, stands_in
from rag.reading import Reading, ReadSentence, read, read_sentence
from rag.reply import Citation, Support

TAU = 0.43
"""Recall from which a claim is supported; chosen on labelled data (`evals.bench.support`)."""

LOW = 0.25
"""Recall from which a claim may be supported in part."""

WINDOW = 3
"""Sentences in a row that may support a claim together."""

SAME_CLAUSE = 0.75
"""Share of a clause's terms from which another sentence speaks of the same thing."""

PHI: Mapping[Support, float] = {"supported": 1.0, "partial": 0.5, "unsupported": 0.0}

_BULLET = re.compile(r"^\s*(?:\d{1,2}[.)]|[-•*]+)\s+")
_FAILED = 0.5
_CLOSE = 1e-9


@dataclass(frozen=True, slots=True)
class Verdict:
    """How well a text supports a claim, and what of the claim it does not.

    `score` is the recall, in [0, 1], halved where anything else is amiss. The lists hold what the
    claim states and the text lacks, as the claim writes it.
    """

    support: Support
    score: float
    numbers: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    quotations: tuple[str, ...] = ()
    polarity_kept: bool = True
    speaker_kept: bool = True

    @property
    def lacks(self) -> bool:
        """Whether something of the claim is lacking or turned round, beyond its mere words."""
        missing = self.numbers or self.dates or self.names or self.quotations
        return bool(missing or not self.polarity_kept or not self.speaker_kept)


class SupportJudge(Protocol):
    """The seam for a trained checker: what `SupportModel` does by rule."""

    def check(
        self,
        premise: str,
        claim: str,
        *,
        speaker: str | None = None,
        published: str | None = None,
    ) -> Verdict:
        """Return how well the premise supports one sentence."""


UNSUPPORTED = Verdict("unsupported", 0.0)


def idf_of(paragraphs: Iterable[str]) -> dict[str, float]:
    """Return the inverse document frequency of every index term of these paragraphs.

    log(1 + (N - n + 0.5) / (n + 0.5)), as BM25 has it (Robertson and Zaragoza, The Probabilistic
    Relevance Framework, 2009, in the form that is never negative).
    """
    frequency: Counter[str] = Counter()
    count = 0
    for paragraph in paragraphs:
        count += 1
        frequency.update(content_terms(paragraph))
    return {
        term: math.log(1 + (count - n + 0.5) / (n + 0.5)) for term, n in sorted(frequency.items())
    }


@dataclass(frozen=True)
class SupportModel:
    """The checker: `SupportModel(idf).check(premise, claim)`.

    `idf` weighs the terms; a term that it lacks weighs as much as its heaviest, and without any
    `idf` all weigh the same. `tau`, `low` and `window` are explained above.
    """

    idf: Mapping[str, float] | None = None
    tau: float = TAU
    low: float = LOW
    window: int = WINDOW

    @property
    def lenient(self) -> "SupportModel":
        """The same with every score good enough: what it refuses, a rule refuses."""
        return replace(self, tau=0.0, low=0.0)

    def check(
        self,
        premise: str,
        claim: str,
        *,
        speaker: str | None = None,
        published: str | None = None,
    ) -> Verdict:
        """Return how well the premise, paragraphs of one or several lines, supports one sentence.

        `speaker` is who speaks in the premise, where that is known (several: commas between);
        `published` is the ISO date from which its relative dates are counted.
        """
        text = read(premise, published)
        stated = _claim(claim, published)
        if not text.sentences or not stated.terms:
            return UNSUPPORTED
        if text.has_sentence(stated.text) and (not speaker or _by(stated.text, text, (), speaker)):
            return Verdict("supported", 1.0)
        recall, best = self._best(_wanted(stated, speaker), text)
        polarity = _polarity_kept(stated, best)
        said = _by(stated.text, text, best, speaker)
        numbers = quantities.missing(stated.numbers, text.numbers, text.terms, text.years)
        dates = stated_dates.missing(stated.dates, text.dates, text.values)
        names = [
            name.written
            for name in find_names(stated.text)
            if not is_named(name, text.words_apart, text.initials)
            and not (speaker and same_person(name, speaker))
        ]
        quoted = [q for q in find_quotations(stated.text) if not stands_in(q, text.in_a_row)]
        core = bool(numbers or names or quoted or not polarity or not said)
        core = core or any(stated_dates.has_rival(lacking, text.dates) for lacking in dates)
        return Verdict(
            self._support(recall, core=core, undated=bool(dates)),
            recall * _FAILED if core or dates else recall,
            tuple(q.written for q in numbers),
            tuple(d.written for d in dates),
            tuple(names),
            tuple(quoted),
            polarity,
            said,
        )

    def phi(self, premise: str, claim: str) -> float:
        """Return 1 for supported, 0.5 for partial, 0 for unsupported."""
        return PHI[self.check(premise, claim).support]

    def _support(self, recall: float, *, core: bool, undated: bool) -> Support:
        if core or recall < self.low:
            return "unsupported"
        return "partial" if undated or recall < self.tau else "supported"

    @cached_property
    def _heaviest(self) -> float:
        return max(self.idf.values(), default=1.0) if self.idf else 1.0

    def _weight(self, term: str) -> float:
        return 1.0 if self.idf is None else self.idf.get(term, self._heaviest)

    def _best(
        self, wanted: frozenset[str], text: Reading
    ) -> tuple[float, tuple[ReadSentence, ...]]:
        """Return the recall in the best window, and that window; the first of equals."""
        weights = {term: self._weight(term) for term in sorted(wanted)}
        total = math.fsum(weights.values())
        held = [sentence.terms & wanted for sentence in text.sentences]
        recall, chosen = -1.0, 0
        for first in range(max(1, len(held) - self.window + 1)):
            there = frozenset().union(*held[first : first + self.window])
            share = math.fsum(weights[term] for term in there) / total if total else 0.0
            if share > recall + _CLOSE:
                recall, chosen = share, first
        return min(1.0, recall), text.sentences[chosen : chosen + self.window]


@dataclass(frozen=True, slots=True)
class RuleChecker:
    """The `rag.verify.SupportChecker` by rule: all cited paragraphs together are the text."""

    model: SupportModel

    def __call__(self, claim: str, citations: Sequence[Citation]) -> tuple[Support, float]:
        """Return the verdict on the claim and its score; without a citation it is unsupported.

        Relative dates are counted only where all paragraphs were published on the same day.
        """
        texts = dict.fromkeys(citation.text for citation in citations)
        speakers = dict.fromkeys(c.speaker for c in citations if c.speaker)
        published = {c.published for c in citations}
        verdict = self.model.check(
            "\n".join(texts),
            claim,
            speaker=", ".join(speakers) or None,
            published=published.pop() if len(published) == 1 else None,
        )
        return verdict.support, verdict.score


def _claim(claim: str, published: str | None) -> ReadSentence:
    return read_sentence(_BULLET.sub("", " ".join(claim.split())), published)


def _wanted(claim: ReadSentence, speaker: str | None) -> frozenset[str]:
    """Return the terms to look for: dates are compared on their own, and so is a known speaker."""
    undated = frozenset(content_terms(canonical(without_periods(claim.text))))
    name = claimed_speaker(claim.text) if speaker else None
    if name is not None and same_person(name, speaker or ""):
        undated -= frozenset(content_terms(name.written))
    return undated or claim.terms


def _polarity_kept(claim: ReadSentence, best: tuple[ReadSentence, ...]) -> bool:
    """Whether no word that both have is denied in the one and affirmed in the other.

    Only where the clause that denies it is for the most part in the other text too: else the two
    speak of different things.
    """
    terms = sorted(claim.terms)
    for term in terms:
        having = [sentence for sentence in best if term in sentence.terms]
        denying = term in claim.denied
        if not having or any((term in sentence.denied) == denying for sentence in having):
            continue
        if denying:
            alike = any(_held(claim.denied[term], s.terms) for s in having)
        else:
            alike = any(_held(s.denied[term], claim.terms) for s in having)
        if alike:
            return False
    return True


def _held(clause: frozenset[str], terms: frozenset[str]) -> bool:
    return len(clause & terms) >= SAME_CLAUSE * len(clause)


def _by(claim: str, text: Reading, best: tuple[ReadSentence, ...], speaker: str | None) -> bool:
    """Whether nobody but the person to whom the claim attributes it is known to have said it."""
    name = claimed_speaker(claim)
    if name is None or (speaker and same_person(name, speaker)):
        return True
    terms = frozenset(content_terms(claim))
    # Who speaks in the sentence nearest to the claim, or else around it.
    nearest = max(best or text.sentences, key=lambda sentence: len(terms & sentence.terms))
    said_by = nearest.speakers or frozenset().union(*(s.speakers for s in best))
    return name.last in said_by if said_by or speaker else True
