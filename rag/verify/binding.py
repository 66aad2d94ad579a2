"""Whether a claim's numbers and dates stand where what it says of them stands.

A paragraph may hold a number and a subject that have nothing to do with each other. So each
number and date must be in a sentence that also holds a fair part of the claim's clause.
"""

import re
from collections.abc import Sequence

from rag.analysis import content_terms, terms
from rag.attribution import same_person
from rag.canonical import canonical
from rag.names import find_names, initials_of, is_named
from rag.periods import without_periods
from rag.quantities import Quantity, quantities
from rag.reading import Reading, ReadSentence
from rag.stated_dates import Stated, has_rival, missing, stated_dates

NEAR = 0.6
"""Share of the best sentence's terms that the sentence with the number must hold."""

HALF = 0.5
"""Share of the clause's terms that it must hold together with the sentences before it."""

BACK = 2
"""Sentences before it that may say whom it is about."""

FEWEST = 3
"""Terms from which a part of a sentence is a clause of its own."""

_CUT = re.compile(
    r";\s+|,\s+(?:while|whereas|but|and|although|though)\s+|\s+(?:while|whereas|but)\s+"
)
_PARTS = re.compile(r",\s+(?:among them|including|of (?:which|whom|these|them))\s+")
_LISTED = re.compile(r";|,\s+(?=(?:and |but )?(?:that\b|an?\b|the\b|[A-Z]))|\band that\b")
_TELLING = re.compile(
    r"\b(?:said|says|told|stated|reported|claimed|announced|spoke|put|gave|estimated|according"
    r"|counted|numbered|called|wrote|added)\b"
)
_TOLD = re.compile(r"^.*?\b(?:said|told|stated|claimed|announced|added|wrote)\b.*?\bthat\b")
_DIGITS = re.compile(r"\d+(?:[.,]\d+)*")


def clauses_of(claim: str, *, also: re.Pattern[str] | None = None) -> list[str]:
    """Return the clauses of a claim that state something by themselves, cut outside quotations.

    `also` is where else to cut.
    """
    parts: list[str] = []
    begin = 0
    cuts = [*_CUT.finditer(claim), *(also.finditer(claim) if also else ())]
    for cut in sorted(cuts, key=lambda match: match.start()):
        before, after = claim[begin : cut.start()], claim[cut.end() :]
        opened = claim[: cut.start()].count("“") > claim[: cut.start()].count("”")
        if opened or claim[: cut.start()].count('"') % 2:
            continue
        if min(len(content_terms(before)), len(content_terms(after))) >= FEWEST:
            parts.append(before)
            begin = cut.end()
    return [*parts, claim[begin:]]


def misplaced(
    claim: str, text: Reading, *, speaker: str | None = None, published: str | None = None
) -> str | None:
    """Return a number or date of the claim that the text gives of something else, or None."""
    for clause in clauses_of(claim, also=_PARTS):
        wanted = _subject(clause)
        if len(wanted) < FEWEST:
            wanted = _subject(claim)
        held = [len(wanted & s.terms) for s in text.sentences]
        most = max(held, default=0)
        near = [i for i, n in enumerate(held) if n and n >= NEAR * most]
        best = [text.sentences[i] for i, n in enumerate(held) if n == most]
        for q in quantities(clause):
            if not any(_tells(q, clause, wanted, text, i, speaker) for i in near):
                return q.written
        wrong = _date(clause, [text.sentences[i] for i in near], best, published)
        if wrong is not None:
            return wrong
    return None


def _tells(
    q: Quantity, clause: str, wanted: frozenset[str], text: Reading, at: int, speaker: str | None
) -> bool:
    """Whether a sentence has the number, and with those before it what is said of it."""
    sentence = text.sentences[at]
    years = {d.period.year for d in sentence.dates if d.period}
    alone = q.value == 1 and q.written.isalpha() and q.thing in sentence.terms
    if not (alone or q.value in years or any(q.agrees(other) for other in sentence.numbers)):
        return False
    if _is_whole_of(q, clause, sentence):
        return False
    around = text.sentences[max(0, at - BACK) : at + 1]
    known = frozenset().union(*(s.terms for s in around))
    if len(wanted & known) < HALF * len(wanted):
        return False
    return _has_subject(clause, around, speaker) and not _of_another(q, clause, sentence)


def _is_whole_of(q: Quantity, clause: str, sentence: ReadSentence) -> bool:
    """Whether the sentence has the number only as in "three of four", and the clause no three."""
    part = re.search(
        rf"\b([\w,.]+) of (?:the |its |their )?{re.escape(q.written)}\b", sentence.text
    )
    if part is None or sentence.text.count(q.written) > 1:
        return False
    shares = quantities(f"{part[1]} of them")
    return bool(shares) and not any(s.agrees(other) for s in shares for other in quantities(clause))


def _has_subject(clause: str, around: Sequence[ReadSentence], speaker: str | None) -> bool:
    """Whether who the clause is about is there, and not only as the one who tells it."""
    names = find_names(clause)
    if not names or (speaker and same_person(names[0], speaker)):
        return True
    telling = _TELLING.search(clause) is not None
    bodies = (s.text if telling else _TOLD.sub("", s.text) for s in around)
    return any(is_named(names[0], frozenset(terms(b)), initials_of(b)) for b in bodies)


def _of_another(q: Quantity, clause: str, sentence: ReadSentence) -> bool:
    """Whether the words before the number are of a part of the sentence with numbers of its own.

    "Destroyers shot down six missiles and aircraft 70 drones" does not say that destroyers shot
    down drones.
    """
    wanted = quantities(clause)
    own: set[str] = set()
    foreign: set[str] = set()
    for part in _LISTED.split(_TOLD.sub("", sentence.text)):
        there = quantities(part)
        with_it = not there or any(w.agrees(other) for w in wanted for other in there)
        (own if with_it else foreign).update(content_terms(part))
    before = _TOLD.sub("", clause).partition(q.written.rstrip("%"))[0]
    return bool(_subject(before) & (foreign - own))


def keeps_subject(claim: str, part: str, text: Reading) -> bool:
    """Whether a clause without a subject of its own is of the claim's first name in that text."""
    if part.strip() == claim.strip() or re.match(r"(?:[Tt]he|[Aa]n?|[A-Z])\w*\s", part):
        return True
    names = find_names(claim)
    return not names or names[0].last in text.words_apart


def _subject(clause: str) -> frozenset[str]:
    """Return the terms of a clause but its numbers and dates."""
    return frozenset(
        t for t in content_terms(canonical(without_periods(clause))) if not _DIGITS.fullmatch(t)
    )


def _date(
    clause: str, near: list[ReadSentence], best: list[ReadSentence], published: str | None
) -> str | None:
    """A date may stand in another sentence only where the best one gives none of its own."""
    wanted: tuple[Stated, ...] = stated_dates(clause, published)
    values = {q.value for s in near for q in s.numbers}
    lacking = missing(wanted, [d for s in best for d in s.dates], values)
    for stated in lacking:
        if all(has_rival(stated, s.dates) for s in best):
            return stated.written
    return None
