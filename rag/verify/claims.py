"""Check each sentence that a model writes against the numbered sources that it was given."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rag.analysis import content_terms
from rag.generate.source import Source
from rag.quotations import is_quoted_alone
from rag.relative_dates import explain_relative_dates
from rag.reply import Support
from rag.support import SupportJudge, Verdict
from rag.verify.binding import clauses_of, keeps_subject, misplaced
from rag.verify.draft import Draft
from rag.verify.header import (
    attribution,
    is_dated,
    is_of,
    opening_name,
    told_by_pronoun,
    unnamed,
)
from rag.verify.kinds import Kind, is_order, kind_of, without_lead
from rag.verify.overclaim import other_doer, stronger, turned_round, unattributed, unhedged
from rag.verify.plain import plain
from rag.verify.premise import Premise
from rag.verify.verbs import has_verb

FEWEST_TERMS = 3
"""Terms that a sentence must have to state something that can be checked."""

FEWEST_WORDS = 2
"""How many of them must be words: a bare date or figure states nothing."""

RECITED = 0.6
"""Score from which a source that the sentence does not cite takes the cited one's place."""

LOOP = 3
"""Repeats in a row that show a model going round in circles."""

_RANK: dict[Support, int] = {"supported": 2, "partial": 1, "unsupported": 0}


@dataclass(frozen=True, slots=True)
class Checked:
    """A sentence as it may be shown, what supports it, and if nothing does, why not.

    `cited` are numbers of sources, in their order; `quotes` has for each the (start, end), in its
    version's text, of the run of sentences of its paragraph that supports the claim best. Only a
    `fact` that is not unsupported cites anything.
    """

    text: str
    kind: Kind
    support: Support = "unsupported"
    score: float = 0.0
    cited: tuple[int, ...] = ()
    quotes: tuple[tuple[int, int], ...] = ()
    why: str | None = None


@dataclass(frozen=True, slots=True)
class _Finding:
    """What one source says of a claim."""

    support: Support
    score: float
    why: str | None = None

    @property
    def rank(self) -> tuple[int, float]:
        return _RANK[self.support], self.score


class ClaimChecker:
    """Checks the sentences of one answer: `ClaimChecker(sources, model, question).check(draft)`.

    It remembers what was kept, so that nothing is said twice; `loops` turns true when a model
    repeats itself three times in a row.
    """

    def __init__(self, sources: Sequence[Source], model: SupportJudge, question: str = "") -> None:
        """Check against these sources, which are cited by their `n`."""
        self._premises = {source.n: Premise(source) for source in sources}
        self._model = model
        self._question = question
        self._said: list[frozenset[str]] = []
        self._refused: set[frozenset[str]] = set()
        self._repeats = 0

    @property
    def loops(self) -> bool:
        """Whether the last sentences were nothing but repeats."""
        return self._repeats >= LOOP

    def check(self, draft: Draft) -> Checked:
        """Return the sentence as it may be shown, with the sources that support it."""
        text = without_lead(plain(draft.text))
        if not text:
            return Checked("", "meta", why="it said nothing but a link or a mark")
        terms = frozenset(content_terms(text))
        if self._repeated(terms):
            return Checked(text, "repeat", why="it was said before")
        checked = self._judged(text, terms, draft)
        if checked.cited:
            self._said.append(terms)
        else:
            self._refused.add(terms)
        return checked

    def may_quote(self, text: str) -> bool:
        """Whether an article's own sentence states something, and gives no orders."""
        return bool(content_terms(plain(text))) and not is_order(text, self._question)

    def _judged(self, text: str, terms: frozenset[str], draft: Draft) -> Checked:
        kind = kind_of(text)
        if kind != "fact":
            return Checked(text, kind, why="it speaks of the sources or the writer")
        words = [term for term in terms if any(map(str.isalpha, term))]
        if len(terms) < FEWEST_TERMS or len(words) < FEWEST_WORDS:
            return Checked(text, kind, why="it has too few words to be checked")
        if is_order(text, self._question):
            return Checked(text, kind, why="it gives orders instead of an answer")
        own = [n for n in draft.markers if n in self._premises]
        return self._matched(text, own)

    def _repeated(self, terms: frozenset[str]) -> bool:
        """Whether what was kept says it too, or it was refused in the same words."""
        repeated = terms in self._refused or any(terms <= said for said in self._said)
        self._repeats = self._repeats + 1 if repeated else 0
        return repeated

    def _matched(self, text: str, own: list[int]) -> Checked:
        """Try the cited sources one by one, then together, then all others."""
        found = {n: self._find(n, text) for n in own}
        good = [n for n in own if found[n].support == "supported"]
        if good:
            return self._kept(text, dict.fromkeys(good, text), found)
        parts = self._by_clauses(text, own)
        if parts:
            return self._kept(text, parts, found)
        others = {n: self._find(n, text) for n in self._premises if n not in found}
        best = max(others, key=lambda n: (others[n].rank, -n), default=None)
        if best is not None and others[best].rank >= (_RANK["supported"], RECITED):
            return self._kept(text, {best: text}, others)
        parts = self._by_clauses(text, self._premises)
        if parts:
            return self._kept(text, parts, found | others)
        half = [n for n in own if found[n].support == "partial"]
        if half:
            return self._kept(text, {max(half, key=lambda n: found[n].rank): text}, found)
        return Checked(text, "fact", score=self._score(found, others), why=_why(found, others))

    def _score(self, *groups: dict[int, _Finding]) -> float:
        return round(max((f.score for group in groups for f in group.values()), default=0.0), 4)

    def _kept(self, text: str, parts: dict[int, str], found: dict[int, _Finding]) -> Checked:
        """Return what is shown of a claim whose parts these sources support."""
        cited = tuple(sorted(parts))
        whole = [found[n] for n in cited if n in found and found[n].support != "unsupported"]
        support: Support = "supported"
        score = 1.0
        if len(whole) == len(cited):
            best = max(whole, key=lambda finding: finding.rank)
            support, score = best.support, best.score
        else:
            score = min(self._find(n, part).score for n, part in parts.items())
        return Checked(
            text=self._dated(text, cited),
            kind="fact",
            support=support,
            score=round(score, 4),
            cited=cited,
            quotes=tuple(self._premises[n].span(self._model, parts[n]) for n in cited),
        )

    def _dated(self, text: str, cited: tuple[int, ...]) -> str:
        """Write out "yesterday", where the sources were published on one day."""
        days = {(self._premises[n].source.published or "")[:10] for n in cited}
        return explain_relative_dates(text, days.pop()) if len(days) == 1 else text

    def _by_clauses(self, text: str, numbers: Iterable[int]) -> dict[int, str]:
        """Return for each source the part of the claim that it supports, if all parts have one.

        Every clause must be supported in full by one source, so that no number is taken from one
        and its subject from another.
        """
        parts = clauses_of(text)
        if len(parts) == 1:
            return {}
        chosen: dict[int, str] = {}
        for part in parts:
            sentence = f"{part[:1].upper()}{part[1:].rstrip(',;. ')}."
            able = [
                n
                for n in numbers
                if keeps_subject(text, part, self._premises[n].reading)
                and self._find(n, sentence).support == "supported"
            ]
            if not able:
                return {}
            n = next((a for a in able if a in chosen), able[0])
            chosen[n] = f"{chosen[n]} {sentence}" if n in chosen else sentence
        return chosen

    def _find(self, n: int, claim: str) -> _Finding:
        """Return what one source says of a claim, as a whole or with its own header."""
        premise = self._premises[n]
        finding = self._weigh(premise, claim)
        said = attribution(claim)
        if said is None:
            return finding
        if not is_of(said, claim, premise.source):
            absent = unnamed(said, premise.reading)
            return _Finding("unsupported", finding.score / 2, absent) if absent else finding
        if is_dated(said, premise.source):
            rest = self._weigh(premise, said.rest)
            return max(finding, rest, key=lambda f: f.rank)
        if finding.support != "unsupported" and not _is_said_there(premise, claim):
            return _Finding("unsupported", finding.score, "another date of the source")
        return finding

    def _weigh(self, premise: Premise, claim: str) -> _Finding:
        source = premise.source
        speaker = source.speaker or told_by_pronoun(premise.reading, claim)
        verdict = self._model.check(
            premise.text, claim, speaker=speaker, published=source.published
        )
        if verdict.support == "unsupported" or verdict.dates:  # a day that nobody gives is no fact
            return _Finding("unsupported", verdict.score, _lacking(verdict))
        if is_quoted_alone(claim, premise.text):
            return _Finding(
                "unsupported", verdict.score / 2, "the source has it as somebody's words"
            )
        if premise.reading.has_sentence(claim):
            return _Finding(verdict.support, verdict.score)
        why = _objection(premise, claim)
        if why is not None:
            return _Finding("unsupported", verdict.score / 2, why)
        return _Finding(verdict.support, verdict.score, _lacking(verdict))


def _objection(premise: Premise, claim: str) -> str | None:
    """Return what the claim says otherwise than the paragraph, beyond words it lacks."""
    return next(_objections(premise, claim), None)


def _objections(premise: Premise, claim: str) -> Iterator[str]:
    source, reading = premise.source, premise.reading
    sentences = [s.text for s in reading.sentences]
    wanted = set(content_terms(claim))
    nearest = max(reading.sentences, key=lambda s: len(wanted & s.terms))
    if not (has_verb(claim) and has_verb(nearest.text)):
        yield "the source only names it"
    if absent := opening_name(claim, reading, source.speaker):
        yield absent
    if wrong := misplaced(claim, reading, speaker=source.speaker, published=source.published):
        yield f"the source gives “{wrong}” of something else"
    if word := stronger(claim, premise.text):
        yield f"the source does not say “{word}”"
    if word := unhedged(claim, [nearest.text]):
        yield f"the source says only “{word}”"
    if words := unattributed(claim, [nearest.text]):
        yield f"the source has it as a judgement: “{words}”"
    if doer := other_doer(claim, sentences):
        yield f"the source says that {doer} did it"
    if verb := turned_round(claim, sentences):
        yield f"the source has the two sides of “{verb}” the other way round"


def _is_said_there(premise: Premise, claim: str) -> bool:
    """Whether one sentence of the paragraph holds all the dates of the claim and its saying."""
    said = attribution(claim)
    who = set(content_terms(said.who)) if said else set()
    times = {(p.day, p.month) for p in (said.when if said else ()) if p.month}
    return any(
        times <= {(d.period.day, d.period.month) for d in s.dates if d.period} and who & s.terms
        for s in premise.reading.sentences
    )


def _lacking(verdict: Verdict) -> str | None:
    """Return in words what a text lacks of a claim."""
    for what in (verdict.numbers, verdict.names, verdict.quotations, verdict.dates):
        if what:
            return f"no source has “{re.sub(r'[“”]', '', what[0])}”"
    if not verdict.polarity_kept:
        return "the source says the opposite"
    if not verdict.speaker_kept:
        return "somebody else said it"
    return None if verdict.support == "supported" else "no source says so"


def _why(*groups: dict[int, _Finding]) -> str:
    """Return the reason of the source that came nearest."""
    findings = [f for group in groups for f in group.values()]
    best = max(findings, key=lambda f: f.score, default=None)
    return (best.why if best else None) or "no source says so"
