"""Publication dates are what a source states, or unknown."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.dates import published_date


@pytest.mark.parametrize(
    ("stated", "expected"),
    [
        ("2024-04-15", "2024-04-15"),
        ("2024-04-15 15:11:00-04:00", "2024-04-15T15:11:00-04:00"),
        ("2024-04-15T15:11:00Z", "2024-04-15T15:11:00+00:00"),
        ("2024-04-15T15:11:00.250+02:00", "2024-04-15T15:11:00+02:00"),
        ("2024-04-15T15:11", "2024-04-15T15:11:00"),
        ("2024-04-15 00:00:00", "2024-04-15"),
        ("20240415", "2024-04-15"),
        ("2024/04/15", "2024-04-15"),
        ("Mon, 15 Apr 2024 15:11:00 +0200", "2024-04-15T15:11:00+02:00"),
        ("15 Apr 2024 15:11:00 GMT", "2024-04-15T15:11:00+00:00"),
        ("15 April 2024", "2024-04-15"),
        ("April 15, 2024", "2024-04-15"),
        ("Monday, April 15th, 2024", "2024-04-15"),
        ("Sept. 3, 2024", "2024-09-03"),
        ("Published on 15 April 2024", "2024-04-15"),
        ("April 15, 2024 3:11 PM EDT", "2024-04-15T15:11:00-04:00"),
        ("April 15, 2024 3:11 PM ET", "2024-04-15T15:11:00"),
        ("25/04/2024", "2024-04-25"),
        ("04/25/2024", "2024-04-25"),
        ("04.04.2024", "2024-04-04"),
        ("15 avril 2024", "2024-04-15"),
        ("۱۵ آوریل ۲۰۲۴", "2024-04-15"),
        (date(2024, 4, 15), "2024-04-15"),
        (datetime(2024, 4, 15, 15, 11, tzinfo=UTC), "2024-04-15T15:11:00+00:00"),
        (
            datetime(2024, 4, 15, 15, 11, tzinfo=timezone(timedelta(hours=-4))),
            "2024-04-15T15:11:00-04:00",
        ),
    ],
)
def test_stated_dates_become_iso(stated: object, expected: str) -> None:
    assert published_date(stated) == expected


@pytest.mark.parametrize(
    "unclear",
    [
        None,
        True,
        2024,
        1713193860,
        ["2024-04-15"],
        "",
        "   ",
        "today",
        "yesterday",
        "2 hours ago",
        "Monday",
        "14:30",
        "2024",
        "April 2024",
        "2024-04",
        "15 April",
        "2024-13-45",
        "31 February 2024",
        "03/04/2024",
        "03/04/2024 10:00",
        "1799-12-31",
        "0001-01-01",
        "2999-01-01",
        "no date in 2024 or 12 here",
        "x" * 10_000,
    ],
)
def test_the_unclear_is_unknown(unclear: object) -> None:
    assert published_date(unclear) is None


def test_the_order_of_day_and_month_is_used_only_when_it_is_known() -> None:
    assert published_date("03/04/2024", day_first=True) == "2024-04-03"
    assert published_date("03/04/2024") is None


def test_the_future_ends_after_two_days() -> None:
    now = datetime.now(UTC)
    tomorrow = (now + timedelta(days=1)).date()
    assert published_date(tomorrow) == tomorrow.isoformat()
    assert published_date((now + timedelta(days=4)).date()) is None


@settings(deadline=None)
@given(st.one_of(st.text(max_size=80), st.dates(), st.datetimes(), st.floats(), st.binary()))
def test_nothing_raises_and_every_answer_is_iso(value: object) -> None:
    stated = published_date(value)
    if stated is not None:
        assert datetime.fromisoformat(stated).year >= 1800
        assert published_date(stated) == stated


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2024, 12, 31)))
def test_every_way_of_writing_a_day_is_the_same_day(day: date) -> None:
    month = day.strftime("%B")
    for written in (
        day.isoformat(),
        f"{day.day} {month} {day.year}",
        f"{month} {day.day}, {day.year}",
    ):
        assert published_date(written) == day.isoformat()
