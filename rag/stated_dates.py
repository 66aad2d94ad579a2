"""Days, months, years and weekdays that a sentence states, relative ones counted from its date."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache

from rag.periods import FoundPeriod, Period, find_periods
from rag.relative_dates import explain_relative_dates

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(rf"\b({'|'.join(WEEKDAYS)})s?\b", re.IGNORECASE)
_SPAN = re.compile(
    r"\b(?P<which>this|last|next|earlier this) (?P<unit>month|year)\b", re.IGNORECASE
)
_WEEK = 7
_PERHAPS = re.compile(
    r"(?:19|20)\d\d|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A time as written: a period, or a weekday (0 Monday to 6 Sunday) alone."""

    written: str
    period: Period | None = None
    weekday: int | None = None

    @property
    def day(self) -> date | None:
        """The one day that it is, if all of it is known."""
        p = self.period
        if p is None or not (p.year and p.month and p.day):
            return None
        try:
            return date(p.year, p.month, p.day)
        except ValueError:
            return None


@lru_cache(maxsize=4096)
def periods_in(sentence: str) -> tuple[FoundPeriod, ...]:
    """Return what `rag.periods.find_periods` finds, kept: one sentence is asked for it thrice."""
    return tuple(find_periods(sentence)) if _PERHAPS.search(sentence) else ()


def stated_dates(sentence: str, published: str | None = None) -> tuple[Stated, ...]:
    """Return the times that a sentence states.

    With the ISO date of the article, "yesterday", "on Monday" (the last one before it) and "last
    month" are resolved, and a day or month without a year gets the nearest year.
    """
    on = _day(published)
    text = explain_relative_dates(sentence, published)
    found = []
    for f in periods_in(text):
        period = _with_year(f.period, on) if on else f.period
        found.append(Stated(text[f.start : f.end], period))
    found += [_weekday(match, on) for match in _WEEKDAY.finditer(sentence)]
    if on:
        found += [_span(match, on) for match in _SPAN.finditer(sentence)]
    return tuple(found)


def missing(
    wanted: Iterable[Stated], present: Sequence[Stated], values: Container[Decimal] = ()
) -> list[Stated]:
    """Return the times wanted that no time present is.

    `values` are the numbers of the text: "2000" alone may have been read as one.
    """
    return [
        w
        for w in wanted
        if not any(_is(w, p) for p in present)
        and not (w.written.isdigit() and Decimal(w.written) in values)
    ]


def has_rival(lacking: Stated, present: Iterable[Stated]) -> bool:
    """Whether a text that lacks a time gives another of the same grain."""
    return any(_grain(lacking) & _grain(other) for other in present)


def _is(wanted: Stated, present: Stated) -> bool:
    if wanted.weekday is not None and wanted.period is None:
        day = present.day
        return present.weekday == wanted.weekday or (day and day.weekday()) == wanted.weekday
    w, p = wanted.period, present.period
    if w is None:
        return False
    if p is None:
        return (day := wanted.day) is not None and day.weekday() == present.weekday
    return (
        (not w.year or p.year in (None, w.year))
        and (not w.month or p.month == w.month)
        and (not w.day or p.day == w.day)
        and (bool(w.month) or p.year == w.year)
    )


def _grain(stated: Stated) -> set[str]:
    p = stated.period
    if p is None:
        return {"weekday"}
    parts = {"day": p.day, "month": p.month, "year": p.year}
    return {name for name, value in parts.items() if value}


def _day(published: str | None) -> date | None:
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:
        return None


def _with_year(period: Period, on: date) -> Period:
    """Give a day or month without a year the year that brings it nearest to the article's."""
    if period.year or not period.month:
        return period
    years = [year for year in (on.year - 1, on.year, on.year + 1) if 0 < year < date.max.year]

    def distance(year: int) -> int:
        return abs((date(year, period.month or 1, min(period.day or 15, 28)) - on).days)

    return Period(min(years, key=distance), period.month, period.day)


def _weekday(match: re.Match[str], on: date | None) -> Stated:
    number = WEEKDAYS.index(match[1].lower())
    if on is None or match.group().lower().endswith("s"):
        return Stated(match.group(), weekday=number)
    try:
        day = on - timedelta(days=(on.weekday() - number) % _WEEK)
    except OverflowError:  # before the year 1
        return Stated(match.group(), weekday=number)
    return Stated(match.group(), Period(day.year, day.month, day.day), number)


def _span(match: re.Match[str], on: date) -> Stated:
    shift = {"last": -1, "next": 1}.get(match["which"].lower(), 0)
    if match["unit"].lower() == "year":
        return Stated(match.group(), Period(on.year + shift))
    months = on.year * 12 + on.month - 1 + shift
    return Stated(match.group(), Period(months // 12, months % 12 + 1))
