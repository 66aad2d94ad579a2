"""The times that a question names: a day, a month, a year."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {name.lower(): n for n, name in enumerate(calendar.month_name) if name}
MONTHS |= {name.lower(): n for n, name in enumerate(calendar.month_abbr) if name}
MONTHS["sept"] = 9

FOLLOW_UP_DAYS = 3
"""A text on an event of a day is published up to this many days later."""

_MONTH = r"(?P<month>" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?\b"
_YEAR = r"(?P<year>(?:19|20)\d\d)\b"
_PATTERNS = [
    re.compile(
        r"\b(?P<year>(?:19|20)\d\d)-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12]\d|3[01]))?\b"
    ),
    re.compile(rf"\b{_DAY}(?: of)? {_MONTH}(?:,? {_YEAR})?", re.IGNORECASE),
    re.compile(rf"\b{_MONTH} {_DAY}(?:,? {_YEAR})?", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}(?: of)?,? {_YEAR}", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}", re.IGNORECASE),
    re.compile(rf"\b{_YEAR}"),
]
# English words before they are months.
_AMBIGUOUS = {"may", "march", "mar", "dec", "jan", "sep"}
_PREPOSITIONS = {
    "after", "and", "before", "between", "by", "during", "from", "in", "last", "of", "on", "since",
    "to", "until",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """A day, a month or a year; a month or day without a year matches any year's."""

    year: int | None = None
    month: int | None = None
    day: int | None = None

    def covers(self, published: str | None) -> bool:
        """Whether a text of that date (ISO; only its day counts) may be about this time."""
        try:
            when = date.fromisoformat((published or "")[:10])
        except ValueError:
            return False
        if self.month and self.day:
            return self._covers_day(when, self.month, self.day)
        return self.year in (None, when.year) and self.month in (None, when.month)

    def _covers_day(self, when: date, month: int, day: int) -> bool:
        for year in [self.year] if self.year else [when.year, when.year - 1]:
            try:
                begin = date(year, month, day)
            except ValueError:
                continue
            if begin <= when <= begin + timedelta(days=FOLLOW_UP_DAYS):
                return True
        return False

    def span(self) -> tuple[str, str] | None:
        """Return first and last day, ISO, or None without a year or where it has no such day."""
        if self.year is None:
            return None
        first, last = self.month or 1, self.month or 12
        days = calendar.monthrange(self.year, last)[1]
        end = self.day or days
        if end > days:
            return None
        return f"{self.year}-{first:02}-{self.day or 1:02}", f"{self.year}-{last:02}-{end:02}"

    def words(self) -> str:
        """Return it as people write it: `15 April 2024`, `April 2024`, `2024`."""
        name = calendar.month_name[self.month] if self.month else None
        parts = (self.day, name, self.year)
        return " ".join(str(part) for part in parts if part is not None)


@dataclass(frozen=True, slots=True)
class FoundPeriod:
    """A period and where the text names it."""

    period: Period
    start: int
    end: int


def _is_month_word(match: re.Match[str]) -> bool:
    """Whether the match names a time: "12 May" and "on 12 may" do, "the 12 may have" does not."""
    groups = match.groupdict()
    word = groups.get("month") or ""
    if word.lower() not in _AMBIGUOUS or groups.get("year"):
        return True
    if word[:1].isupper():
        after = _after_preposition(match.string, match.start())
        return groups.get("day") is not None or word.lower() != "may" or after
    return groups.get("day") is not None and _after_preposition(match.string, match.start())


def _period(match: re.Match[str]) -> Period:
    groups = match.groupdict()
    month = groups.get("month")
    number = None if month is None else MONTHS.get(month.lower()) or int(month)
    year, day = groups.get("year"), groups.get("day")
    return Period(int(year) if year else None, number, int(day) if day else None)


def find_periods(text: str) -> list[FoundPeriod]:
    """Return the periods that a text names, in order, none inside another."""
    found: list[FoundPeriod] = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if any(start < other.end and other.start < end for other in found):
                continue
            if _is_month_word(match):
                found.append(FoundPeriod(_period(match), start, end))
    found.sort(key=lambda f: f.start)
    shared = next((f.period.year for f in found if f.period.year), None)
    if shared is None:
        return found
    # "between April and October 2024": the year belongs to both.
    years = {f.period.year for f in found if f.period.year}
    if len(years) > 1:
        return found
    return [
        FoundPeriod(Period(f.period.year or shared, f.period.month, f.period.day), f.start, f.end)
        for f in found
    ]


def without_periods(text: str) -> str:
    """Return the text with every period that it names taken out."""
    for found in reversed(find_periods(text)):
        text = f"{text[: found.start]} {text[found.end :]}"
    return text


def _after_preposition(text: str, start: int) -> bool:
    before = text[:start].rstrip().rpartition(" ")[2].lower()
    return before in _PREPOSITIONS
