"""Accounts of what a question wants counted: a figure, who gives it, where it stands, and when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rag.conflicts.actions import FIXED, GROWING
from rag.conflicts.asked import Asked
from rag.conflicts.context import Context
from rag.conflicts.figures import Figure, figures
from rag.conflicts.parties import same_party
from rag.library.rows import VersionText
from rag.question import Question
from rag.select import Candidate

LONGEST_CLAIM = 320
"""Characters of a claim; a longer sentence is cut down to the clause with the figure."""

_CUT = re.compile(r"; |, (?=(?:while|whereas|but) )")


@dataclass(frozen=True, slots=True)
class Account:
    """One figure for the measure; `start:end` in the version is the claim.

    `rank` is the sentence's, from 0; `as_of` the day for which the figure is given; `months` and
    `days` are those that the article names around it.
    """

    figure: Figure
    party: str | None
    version: VersionText
    start: int
    end: int
    rank: int
    as_of: date | None
    months: frozenset[tuple[int, int]]
    days: frozenset[date]

    @property
    def claim(self) -> str:
        """What the article says, word for word."""
        return self.version.text[self.start : self.end]

    @property
    def order(self) -> tuple[int, str, int, int]:
        """How near it is to the question; where it stands among equals."""
        return self.rank, self.version.info.article_id, self.version.info.number, self.start


def accounts(
    question: Question, asked: Asked, candidate: Candidate, rank: int
) -> Iterator[Account]:
    """Yield the figures that a sentence gives for the measure, at most one of each clause.

    None where one clause has two, or two clauses are not of two parties: then they tell of a
    development, or of parts.
    """
    text, begin = candidate.text, candidate.sentence.start
    context = Context(question, asked, candidate)
    if not figures(text) or not context.is_about:
        return
    found = []
    for start, end in _clauses(text):
        fitting = context.fitting(text[start:end])
        if len(fitting) > 1:
            return
        if fitting and context.is_at_the_time(text[start:end]):
            found.append((start, end, fitting[0], context.party(start, end)))
    if len(found) > 1 and not _are_apart([party for *_, party in found]):
        return
    whole = len(found) == 1 and len(text) <= LONGEST_CLAIM
    for start, end, figure, party in found:
        yield Account(
            figure,
            party or candidate.speaker,
            candidate.version,
            begin + (0 if whole else start),
            begin + (len(text) if whole else end),
            rank,
            context.as_of(text[start:end]),
            context.months,
            context.days(text[start:end]),
        )


def can_differ(one: Account, other: Account, asked: Asked, *, timed: bool, dated: bool) -> bool:
    """Whether two accounts speak of one thing at one time for two parties, and disagree.

    `timed` says that the question names a time, `dated` that it names the day: what was done
    then is over with it.
    """
    opposed = one.figure.disagrees(other.figure) and one.figure.is_comparable(other.figure)
    if not opposed or not _of_one_thing(one.figure, other.figure, asked.kinds):
        return False
    apart = one.version.info.article_id != other.version.info.article_id
    if not apart and not _are_apart([one.party, other.party]):
        return False
    if not dated and not _of_one_event(one, other, timed=timed):
        return False
    action = asked.action or one.figure.action
    if action in FIXED and (dated or not apart or one.figure.percent):
        return True
    if one.as_of is None or other.as_of is None or one.as_of == other.as_of:
        return one.as_of is not None and one.as_of == other.as_of
    earlier, later = (one, other) if one.as_of < other.as_of else (other, one)
    # A toll grows while it is counted; one that became lower was put differently.
    return action in GROWING and earlier.figure.is_above(later.figure)


def _are_apart(parties: list[str | None]) -> bool:
    """Whether all are named, and no two of them may be the same."""
    named = [party for party in parties if party]
    pairs = ((a, b) for i, a in enumerate(named) for b in named[i + 1 :])
    return len(named) == len(parties) and not any(same_party(a, b) for a, b in pairs)


def _of_one_event(one: Account, other: Account, *, timed: bool) -> bool:
    """Whether two accounts may be of one event, where the question names no day of it."""
    if one.days and other.days and not one.days & other.days:
        return False
    at_once = one.months & other.months or not (one.months or other.months)
    return timed or bool(at_once) or one.version.info.article_id == other.version.info.article_id


def _of_one_thing(one: Figure, other: Figure, asked: frozenset[str]) -> bool:
    """Whether two figures count the same, or a part and the whole that is too small for it."""
    if one.place and other.place and one.place != other.place:
        return False
    if one.action and other.action and one.action != other.action:
        return False
    if one.kinds - asked == other.kinds - asked or not (one.thing and other.thing):
        return True
    part, whole = (one, other) if one.kinds > other.kinds else (other, one)
    return part.kinds > whole.kinds and part.is_above(whole)


def _clauses(sentence: str) -> Iterator[tuple[int, int]]:
    position = 0
    for cut in _CUT.finditer(sentence):
        yield position, cut.start()
        position = cut.end()
    yield position, len(sentence)
