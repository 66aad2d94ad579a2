"""Dates as people type and read them."""

from datetime import date

from rag.errors import UsageError
from rag.periods import find_periods


def typed_span(text: str, *, option: str) -> tuple[str, str]:
    """Return first and last day (ISO) of the day, month or year that an option names.

    Raises UsageError, naming option and value, if it is none of those.
    """
    wanted = text.strip()
    found = find_periods(wanted)
    span = found[0].period.span() if len(found) == 1 else None
    try:
        if span is None or (found[0].start, found[0].end) != (0, len(wanted)):
            raise ValueError(wanted)
        return date.fromisoformat(span[0]).isoformat(), date.fromisoformat(span[1]).isoformat()
    except ValueError as error:
        raise UsageError(
            f"{option} cannot be {text!r}: it takes a date such as 2024-04-15, 2024-04, 2024 "
            "or '15 April 2024'."
        ) from error


def readable(published: str | None) -> str | None:
    """Return an ISO date or date-time as `15 April 2024`; what is neither, as it is."""
    if not published:
        return None
    try:
        day = date.fromisoformat(published[:10])
    except ValueError:
        return published
    return f"{day.day} {day:%B %Y}"
