"""The publication date as a source states it, never as we guess it."""

import re
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime

EARLIEST = date(1800, 1, 1)
MAX_AHEAD = timedelta(days=2)
MAX_LENGTH = 64
MONTHS_IN_YEAR = 12

_LABEL = re.compile(r"^(?:first\s+)?(?:published|posted|issued|date)\s*(?:on\b|at\b|:)?\s*", re.I)
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}.*)?", re.ASCII)
_ISO_ZONE = re.compile(r"\s*(Z|[+-]\d{2}:?\d{2})$")
_COMPACT = re.compile(r"(\d{4})([/.]?)(\d{2})\2(\d{2})", re.ASCII)
_NUMERIC = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4})", re.ASCII)
_RFC822 = re.compile(
    r"(?:[A-Za-z]{3},\s*)?\d{1,2} [A-Za-z]{3} \d{4} \d{2}:\d{2}(?::\d{2})?\s+(?:[+-]\d{4}|GMT|UTC?)"
)
_MONTHS = "january february march april may june july august september october november december"
_MONTH_NAMES = _MONTHS.split()
_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_LONG = (
    re.compile(rf"{_WEEKDAY}{_DAY}\s+(?:of\s+)?{_MONTH},?\s+(?P<year>\d{{4}})", re.I | re.ASCII),
    re.compile(rf"{_WEEKDAY}{_MONTH}\s+{_DAY},?\s+(?P<year>\d{{4}})", re.I | re.ASCII),
)
# "ET" is EST or EDT: the clock time is kept, the offset is unclear.
_SEASONLESS_ZONE = re.compile(r"\s*\b(?:ET|CT|MT|PT)\b\.?$")


def published_date(value: object, *, day_first: bool = False) -> str | None:
    """Turn what a source says into an ISO 8601 date or date-time, or None where that is unclear.

    `value` is a string, a `date`, a `datetime` or anything else (None). A numeric date such as
    `03/04/2024` is unclear unless `day_first` says how to read it. Parts are never filled in from
    today's date; dates before 1800 or more than two days ahead are refused.
    """
    if isinstance(value, datetime):
        return _stated(value)
    if isinstance(value, date):
        return _stated(datetime.combine(value, time()))
    if not isinstance(value, str):
        return None
    text = _LABEL.sub("", " ".join(value.split()))
    if not text or len(text) > MAX_LENGTH:
        return None
    moment = _parse(text, day_first=day_first)
    return _stated(moment) if moment else None


def _stated(moment: datetime) -> str | None:
    """Write the moment in ISO form; midnight without a zone is how parsers write a mere date."""
    latest = (datetime.now(UTC) + MAX_AHEAD).date()
    if not EARLIEST <= moment.date() <= latest:
        return None
    moment = moment.replace(microsecond=0)
    if moment.tzinfo is None and moment.time() == time():
        return moment.date().isoformat()
    try:
        return moment.isoformat(timespec="seconds")
    except (OverflowError, ValueError):  # an offset of a day or more
        return moment.date().isoformat()


def _parse(text: str, *, day_first: bool) -> datetime | None:
    if _ISO.fullmatch(text):
        return _from_iso(text)
    if compact := _COMPACT.fullmatch(text):
        return _from_parts(compact[1], compact[3], compact[4])
    if numeric := _NUMERIC.fullmatch(text):
        return _from_numeric(numeric[1], numeric[3], numeric[4], day_first=day_first)
    if _RFC822.fullmatch(text):
        return _from_mail(text)
    return _from_english(text) or _from_any_language(
        _SEASONLESS_ZONE.sub("", text), day_first=day_first
    )


def _from_english(text: str) -> datetime | None:
    for pattern in _LONG:
        long = pattern.fullmatch(text)
        if long and (month := _month_number(long["month"])):
            return _from_parts(long["year"], str(month), long["day"])
    return None


def _from_mail(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def _from_iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(_ISO_ZONE.sub(r"\1", text))
    except ValueError:
        return None


def _from_parts(year: str, month: str, day: str) -> datetime | None:
    try:
        return datetime(int(year), int(month), int(day))
    except ValueError:
        return None


def _from_numeric(first: str, second: str, year: str, *, day_first: bool) -> datetime | None:
    """Read 25/04/2024 and 04/25/2024; 03/04/2024 only when the order is known."""
    if int(first) > MONTHS_IN_YEAR or day_first or first == second:
        return _from_parts(year, second, first)
    if int(second) > MONTHS_IN_YEAR:
        return _from_parts(year, first, second)
    return None


def _month_number(name: str) -> int | None:
    lowered = name.casefold()
    if lowered == "sept":
        return 9
    for number, month in enumerate(_MONTH_NAMES, start=1):
        if lowered in (month, month[:3]):
            return number
    return None


def _from_any_language(text: str, *, day_first: bool) -> datetime | None:
    """Ask dateparser, told to take only complete, absolute dates.

    A year and another number must be written out: that alone spares most strings the search.
    """
    if not re.search(r"\d{4}", text) or not re.search(r"(?<!\d)\d{1,2}(?!\d)", text):
        return None
    if re.search(r"(?<!\d)\d{1,2}[/.-]\d{1,2}[/.-]\d{4}", text) and not day_first:
        # A numeric date with a time or a weekday beside it: judge the date part alone.
        clear = _NUMERIC.search(text)
        if clear and not _from_numeric(clear[1], clear[3], clear[4], day_first=False):
            return None
    import dateparser  # heavy: 0.2 s

    settings: dict[str, object] = {
        "STRICT_PARSING": True,
        "REQUIRE_PARTS": ["day", "month", "year"],
        "PARSERS": ["absolute-time"],
    }
    if day_first:
        settings["DATE_ORDER"] = "DMY"
    try:
        found = dateparser.parse(text, settings=settings)
    except (ValueError, OverflowError, RecursionError):
        return None
    return found if isinstance(found, datetime) else None
