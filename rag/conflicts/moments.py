"""When something happened, and when something was said about it."""

import re
from datetime import date, timedelta

from rag.conflicts.parties import SAYING
from rag.periods import Period
from rag.stated_dates import Stated, stated_dates

LATEST = timedelta(days=3 * 365)
"""After an event; a statement of a later day is on something else."""

_SAID_BEFORE = re.compile(
    rf"\b(?:{SAYING}|figures?|count|analysis|article|report|statement|letter|call|briefing|quoted"
    r"|as of|by)\b[^.;]{0,60}$",
    re.IGNORECASE,
)
_SAID_AFTER = re.compile(rf"[^.;]{{0,70}}\b(?:{SAYING})\b")


def meets(stated: Stated, period: Period) -> bool:
    """Whether a time is in a period, or within a day of a period that is a day."""
    p = stated.period
    if p is None or (period.month and not p.month) or not (period.month or p.year):
        return False
    day, asked = stated.day, Stated("", period).day
    if day and asked:
        return abs(day - asked) <= timedelta(days=1)
    pairs = ((p.year, period.year), (p.month, period.month), (p.day, period.day))
    return all(one == other for one, other in pairs if one and other)


def is_said_on(text: str, stated: Stated) -> bool:
    """Whether a text names a time as that of a statement: "said on 14 April", "a report of May"."""
    position = text.find(stated.written)
    if position < 0 or _SAID_BEFORE.search(text[:position]):
        return True
    return _SAID_AFTER.match(text[position + len(stated.written) :]) is not None


def is_later_statement(text: str, stated: Stated, periods: tuple[Period, ...]) -> bool:
    """Whether a time is that of a statement on what happened in one of the periods."""
    if not is_said_on(text, stated):
        return False
    spans = [span for period in periods if (span := period.span())]
    if stated.day is None or not spans:
        return True
    first = date.fromisoformat(min(span[0] for span in spans))
    return first <= stated.day <= first + LATEST


def event_days(text: str, published: str | None) -> frozenset[date]:
    """Return the days on which something happened, by the text."""
    stated = stated_dates(text, published)
    return frozenset(s.day for s in stated if s.day and not is_said_on(text, s))


def day_of(published: str | None) -> date | None:
    """Return the day of an ISO date or date-time, or None."""
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:
        return None
