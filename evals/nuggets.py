"""Whether an answer has a nugget, and whether it says what is forbidden.

After the nuggets of TREC question answering (Voorhees 2003; Lin and Demner-Fushman 2005), with
patterns in place of an assessor.
"""

import operator
from collections.abc import Callable

from evals.gold.question import Alternative, Date, Forbidden, Match, Nugget, Number
from evals.patterns import says, says_date, windows
from rag.analysis import terms
from rag.numbers import find_numbers
from rag.periods import find_periods
from rag.polarity import is_negative

UNIT_WITHIN = 4
"""Words after a number among which its unit stands."""

YEARS = range(1900, 2100)
"""Whole numbers that stand for a year, where nothing says otherwise."""

_COMPARED: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def has_nugget(text: str, nugget: Nugget) -> bool:
    """Whether the text says the nugget, in one of its ways and with its polarity.

    All patterns of a way must stand within two sentences in a row.
    """
    negative = None if nugget.polarity == "any" else is_negative(nugget.text)
    return has_match(text, nugget.match, negative=negative)


def says_forbidden(text: str, forbidden: Forbidden) -> bool:
    """Whether the text says what it must not, with the polarity of the statement."""
    match = forbidden.match or Match(any_of=(Alternative(all_of=(forbidden.text,)),))
    return has_match(text, match, negative=is_negative(forbidden.text))


def has_match(text: str, match: Match, *, negative: bool | None = None) -> bool:
    """Whether one of the alternatives stands in the text."""
    stretches = windows(text)
    return any(
        all(_holds(stretch, part, negative) for part in alternative.all_of)
        for alternative in match.any_of
        for stretch in stretches
    )


def _holds(text: str, part: str | Number | Date, negative: bool | None) -> bool:
    if isinstance(part, Number):
        return names_number(text, part)
    if isinstance(part, Date):
        return says_date(text, part.date)
    return says(text, part, negative=negative)


def names_number(text: str, wanted: Number) -> bool:
    """Whether the text names a number that compares as wanted, followed by its unit."""
    unit = terms(wanted.unit) if wanted.unit else []
    text = _undated(text, wanted)
    for found in find_numbers(text):
        if _compares(float(found.value), wanted):
            after = terms(text[found.end :])[: UNIT_WITHIN + len(unit)]
            if not unit or any(
                after[i : i + len(unit)] == unit for i in range(len(after) - len(unit) + 1)
            ):
                return True
    return False


def _compares(value: float, wanted: Number) -> bool:
    if wanted.comparator == "=":
        return abs(value - wanted.number) <= wanted.tolerance
    return _COMPARED[wanted.comparator](value, wanted.number)


def _undated(text: str, wanted: Number) -> str:
    """Return the text without its dates; a bare year stays where a number like it is wanted."""
    years = wanted.comparator == "=" and int(wanted.number) in YEARS
    for found in reversed(find_periods(text)):
        if found.period.month or not years:
            text = f"{text[: found.start]} {text[found.end :]}"
    return text
