"""Say which day "yesterday" was, counted from the date of the article that says it."""

import re
from datetime import date, timedelta

_DAYS = {
    "today": 0, "tonight": 0, "this morning": 0, "this afternoon": 0, "this evening": 0,
    "earlier today": 0, "yesterday": -1, "last night": -1, "yesterday morning": -1,
    "yesterday evening": -1, "tomorrow": 1, "the day before yesterday": -2,
}  # fmt: skip
_WORDS = re.compile(
    r"\b(?P<words>"
    + "|".join(sorted(map(re.escape, _DAYS), key=len, reverse=True))
    + r")\b(?:['’]s\b)?"
    r"|\b(?P<count>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten) days? ago\b",
    re.IGNORECASE,
)
_COUNTS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
    "nine": 9, "ten": 10,
}  # fmt: skip


def day_in_words(day: date) -> str:
    """Return a day as `15 April 2024`."""
    return f"{day.day} {day:%B %Y}"


def published_in_words(published: str | None) -> str | None:
    """Return an ISO date or date-time's day in words; a month or year as it is; None if unknown."""
    if not published:
        return None
    try:
        return day_in_words(date.fromisoformat(published[:10]))
    except ValueError:
        return published


def explain_relative_dates(text: str, published: str | None) -> str:
    """Put the day in brackets behind "yesterday", "three days ago" and the like.

    Unchanged where the article's day is not known.
    """
    try:
        day = date.fromisoformat((published or "")[:10])
    except ValueError:
        return text

    def explained(match: re.Match[str]) -> str:
        if words := match.group("words"):
            shift = _DAYS[words.lower()]
        else:
            count = match.group("count").lower()
            shift = -(_COUNTS.get(count) or int(count))
        try:
            return f"{match.group()} [{day_in_words(day + timedelta(days=shift))}]"
        except OverflowError:  # before the year 1
            return match.group()

    return _WORDS.sub(explained, text)
