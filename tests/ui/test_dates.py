import pytest

from rag.errors import UsageError
from ui.dates import readable, typed_span


@pytest.mark.parametrize(
    ("typed", "first", "last"),
    [
        ("2024-04-15", "2024-04-15", "2024-04-15"),
        ("15 April 2024", "2024-04-15", "2024-04-15"),
        (" April 15, 2024 ", "2024-04-15", "2024-04-15"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("February 2023", "2023-02-01", "2023-02-28"),
        ("2024", "2024-01-01", "2024-12-31"),
    ],
)
def test_a_date_is_a_first_and_a_last_day(typed: str, first: str, last: str) -> None:
    assert typed_span(typed, option="--as-of") == (first, last)


@pytest.mark.parametrize(
    "typed",
    ["", "yesterday", "2024-13-01", "31 April 2024", "2024-02-30", "April", "15", "2024-04-15 noon",
     "April 2024 or May 2024", "0000"],
)  # fmt: skip
def test_what_is_no_date_is_named(typed: str) -> None:
    with pytest.raises(UsageError, match="--until cannot be") as told:
        typed_span(typed, option="--until")
    assert repr(typed) in str(told.value)


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("2024-10-02", "2 October 2024"),
        ("2024-10-02T11:00:00-04:00", "2 October 2024"),
        ("autumn", "autumn"),
        (None, None),
    ],
)
def test_a_stored_date_is_readable(stored: str | None, shown: str | None) -> None:
    assert readable(stored) == shown
