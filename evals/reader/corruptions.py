"""A sentence made false by rule, in one place: a number, name, date, word, or who did it to whom.

Each rule yields whole sentences that differ from the one given in that place alone and are, as
far as a rule can tell, still English. That they are false follows from the evidence, which must
not hold what was put in.
"""

import calendar
import random
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from evals.reader.altered_numbers import altered_numbers, altered_units
from evals.reader.kinds import AGENTS, Known, find_known, names_of
from evals.reader.verbs import affirmed, negated, turned
from rag.periods import find_periods
from rag.stated_dates import WEEKDAYS

_MONTH_NAMES = tuple(calendar.month_name)[1:]
_MONTH = re.compile(rf"\b(?:{'|'.join(_MONTH_NAMES)})\b")
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(day.capitalize() for day in WEEKDAYS)})\b")
_DAY = re.compile(r"\b(?:[1-9]|[12]\d|3[01])(?=(?:st|nd|rd|th)?\b)")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LAST_DAY = 28
# "Defense Secretary Austin": the name would leave its title behind.
_ROLE = re.compile(r"\b(?!On|In|When|After|Before|The|That|And|But|As|While)[A-Z]\w+\.? $")
_DONE_TO = re.compile(
    r"^ (?:has |had |have |also |later |then |directly |repeatedly )*"
    r"(?:attacked|struck|hit|bombed|killed|accused|warned|told|urged|asked|condemned|praised"
    r"|criticised|criticized|thanked|supported|backed|armed|funded|threatened|sanctioned|blamed"
    r"|invaded|targeted|defeated|attacks|accuses|warns|tells|supports|backs|arms|funds|threatens"
    r"|blames|fired (?:\w+ ){0,4}(?:at|on|against|towards?)|launched (?:\w+ ){0,5}(?:on|at|against)"
    r"|retaliated against|responded to|called on|declared war on) $"
)


@dataclass(frozen=True, slots=True)
class Context:
    """What a corruption may draw on: the evidence, and the names known to stand near it."""

    evidence: str
    near: tuple[Known, ...] = ()


Rule = Callable[[str, Context, random.Random], Iterator[str]]


def corrupted(sentence: str, kind: str, context: Context, chance: random.Random) -> str | None:
    """Return the sentence made false by one kind of rule, or None where it cannot be."""
    for made in RULES[kind](sentence, context, chance):
        if made != sentence and made not in context.evidence:
            return made
    return None


def _numbers(sentence: str, context: Context, chance: random.Random) -> Iterator[str]:
    yield from altered_numbers(sentence, context.evidence, chance)


def _units(sentence: str, _context: Context, chance: random.Random) -> Iterator[str]:
    yield from altered_units(sentence, chance)


def _names(sentence: str, context: Context, chance: random.Random) -> Iterator[str]:
    known = find_known(sentence)
    chance.shuffle(known)
    for name in known:
        present = {one.written for one in known}
        for other in _others(name, context, chance):
            if other not in present and not _shares(other, present):
                yield _replaced(sentence, name.written, other)
                break


def _others(name: Known, context: Context, chance: random.Random) -> list[str]:
    """Return names of the same kind: those that stand near first, in three cases of four."""
    near = sorted({one.written for one in context.near if one.kind == name.kind})
    every = [one for one in names_of(name.kind) if one not in near]
    chance.shuffle(near)
    chance.shuffle(every)
    return [*near, *every] if chance.random() < 0.75 else [*every, *near]  # noqa: PLR2004


def _shares(other: str, present: set[str]) -> bool:
    return any(other.rpartition(" ")[2] == one.rpartition(" ")[2] for one in present)


def _replaced(sentence: str, written: str, other: str) -> str:
    """Replace a name wherever the sentence has it by itself, with a capital at the beginning."""
    for name in reversed(find_known(sentence)):
        if name.written == written:
            opens = name.start == 0
            put = other[:1].upper() + other[1:] if opens else other
            before = sentence[: name.start]
            # "an Iranian" does not go on as "an Syrian".
            article = re.search(r"\b([Aa])n? $", before)
            if article:
                before = before[: article.end(1)] + ("n " if put[0] in "AEIOU" else " ")
            sentence = before + put + sentence[name.end :]
    return sentence


def _dates(sentence: str, context: Context, chance: random.Random) -> Iterator[str]:
    ways = [_other_month, _other_weekday, _other_day, _other_year]
    chance.shuffle(ways)
    for way in ways:
        for start, end, other in way(sentence, chance):
            made = sentence[:start] + other + sentence[end:]
            if not _same_date_in(made, start, start + len(other), context.evidence):
                yield made


def _same_date_in(made: str, start: int, end: int, evidence: str) -> bool:
    """Whether the evidence names the date that was put in."""
    there = {found.period for found in find_periods(evidence)}
    at = [f for f in find_periods(made) if f.start < end and start < f.end]
    weekday = made[start:end] if made[start:end].lower() in WEEKDAYS else None
    return any(f.period in there for f in at) or (weekday is not None and weekday in evidence)


def _other_month(sentence: str, chance: random.Random) -> Iterator[tuple[int, int, str]]:
    for match in _MONTH.finditer(sentence):
        if any(f.period.month and f.start <= match.start() < f.end for f in find_periods(sentence)):
            others = [name for name in _MONTH_NAMES if name != match.group()]
            yield *match.span(), chance.choice(others)


def _other_weekday(sentence: str, chance: random.Random) -> Iterator[tuple[int, int, str]]:
    for match in _WEEKDAY.finditer(sentence):
        others = [day.capitalize() for day in WEEKDAYS if day.capitalize() != match.group()]
        yield *match.span(), chance.choice(others)


def _other_day(sentence: str, chance: random.Random) -> Iterator[tuple[int, int, str]]:
    for found in find_periods(sentence):
        day = _DAY.search(sentence, found.start, found.end)
        if found.period.day and day and not re.match(r"st|nd|rd|th", sentence[day.end() :]):
            others = [n for n in range(1, _LAST_DAY + 1) if 0 < abs(n - found.period.day) < 10]  # noqa: PLR2004
            yield *day.span(), str(chance.choice(others))


def _other_year(sentence: str, chance: random.Random) -> Iterator[tuple[int, int, str]]:
    for found in find_periods(sentence):
        year = _YEAR.search(sentence, found.start, found.end)
        if found.period.year and year:
            yield *year.span(), str(int(year.group()) + chance.choice([-3, -2, -1, 1, 2]))


def _words(sentence: str, _context: Context, chance: random.Random) -> Iterator[str]:
    made = list(turned(sentence))
    chance.shuffle(made)
    yield from made


def _not(sentence: str, _context: Context, _chance: random.Random) -> Iterator[str]:
    yield from filter(None, (affirmed(sentence), negated(sentence)))


def _exchanged(sentence: str, _context: Context, _chance: random.Random) -> Iterator[str]:
    """Exchange who acts and who is acted on, where both are names of those that can act."""
    known = [name for name in find_known(sentence) if _acts_as(name)]
    for one, other in pairwise(known):
        alike = _acts_as(one) == _acts_as(other) and one.written != other.written
        titled = _ROLE.search(sentence[: one.start]) or _ROLE.search(sentence[: other.start])
        owns = sentence[other.end : other.end + 1] in ("’", "'")
        if alike and not titled and not owns and _DONE_TO.match(sentence[one.end : other.start]):
            first, second = other.written, one.written
            if one.start == 0:
                first = first[:1].upper() + first[1:]
            between = sentence[one.end : other.start]
            yield sentence[: one.start] + first + between + second + sentence[other.end :]


def _acts_as(name: Known) -> str | None:
    """Return `person` or `power` for those that can act, else None."""
    kind = name.kind.removesuffix("'s last name")
    if kind not in AGENTS:
        return None
    return "power" if kind in ("country", "group") else "person"


RULES: Mapping[str, Rule] = {
    "number": _numbers,
    "name": _names,
    "date": _dates,
    "opposite": _words,
    "not": _not,
    "exchange": _exchanged,
    "unit": _units,
}
