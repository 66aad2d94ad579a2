"""Times as the store keeps them."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
"""Tells the time, in UTC."""


def utc_now() -> datetime:
    """Return the time of this machine."""
    return datetime.now(UTC)


def moment(when: datetime) -> str:
    """Return a time in UTC as ISO 8601, so that the order of the texts is that of the times."""
    return when.isoformat(timespec="microseconds")
