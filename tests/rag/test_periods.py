"""The times that a question names."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.periods import FOLLOW_UP_DAYS, Period, find_periods, without_periods


def periods(text: str) -> list[Period]:
    return [found.period for found in find_periods(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("What happened on 13 April 2024?", Period(2024, 4, 13)),
        ("What happened on April 13, 2024?", Period(2024, 4, 13)),
        ("What happened on the 1st of October 2024?", Period(2024, 10, 1)),
        ("What happened on 2024-10-01?", Period(2024, 10, 1)),
        ("What happened in 2024-10?", Period(2024, 10)),
        ("What happened in October 2024?", Period(2024, 10)),
        ("What happened in October of 2024?", Period(2024, 10)),
        ("What happened in Oct. 2024?", Period(2024, 10)),
        ("What happened in sept 2024?", Period(2024, 9)),
        ("What happened in 2024?", Period(2024)),
        ("and in October?", Period(None, 10)),
        ("and on 26 October?", Period(None, 10, 26)),
        ("in May?", Period(None, 5)),
        ("on 12 may", Period(None, 5, 12)),
        ("12 may 2024", Period(2024, 5, 12)),
        ("the election of March", Period(None, 3)),
    ],
)
def test_a_time_is_found(text: str, expected: Period) -> None:
    assert periods(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "What may Iran do next?",
        "May Iran strike again?",
        "How many of the 12 may have been hit?",
        "Did they march on Beirut?",
        "How did the march of 3 miles end?",
        "Was the decision final?",
        "Who is Jane Marchand?",
        "What did 20240 people do?",
        "Which of the 1500 drones were shot down?",
        "",
    ],
)
def test_no_time_where_none_is_named(text: str) -> None:
    assert periods(text) == []


def test_several_times_share_the_one_year_that_is_named() -> None:
    assert periods("between April and October 2024") == [Period(2024, 4), Period(2024, 10)]
    assert periods("in April 2023 and in October 2024") == [Period(2023, 4), Period(2024, 10)]
    assert periods("13 April and 1 October") == [Period(None, 4, 13), Period(None, 10, 1)]


def test_what_is_left_without_times() -> None:
    left = without_periods("Who said on 13 April 2024 that Iran attacked in 2023?")
    assert " ".join(left.split()) == "Who said on that Iran attacked in ?"


@pytest.mark.parametrize(
    ("period", "published", "covered"),
    [
        (Period(2024, 4), "2024-04-30", True),
        (Period(2024, 4), "2024-05-01", False),
        (Period(None, 4), "2023-04-01", True),
        (Period(2024), "2024-12-31T23:59:00+02:00", True),
        (Period(2024), "2025-01-01", False),
        (Period(2024, 4, 13), "2024-04-12", False),
        (Period(None, 12, 31), "2024-01-02", True),
        (Period(2024, 4, 13), None, False),
        (Period(2024, 4, 13), "2024-04", False),
        (Period(2024, 2, 31), "2024-03-01", False),
        (Period(None, 2, 29), "2023-03-01", False),
    ],
)
def test_whether_a_text_of_a_day_may_be_about_it(
    period: Period, published: str | None, covered: bool
) -> None:
    assert period.covers(published) is covered


@given(st.dates(date(1900, 1, 1), date(2099, 12, 1)), st.integers(-10, 10))
def test_a_day_covers_the_days_on_which_it_is_reported(day: date, later: int) -> None:
    published = day + timedelta(days=later)
    covered = Period(day.year, day.month, day.day).covers(published.isoformat())
    assert covered is (0 <= later <= FOLLOW_UP_DAYS)


@pytest.mark.parametrize(
    ("period", "span"),
    [
        (Period(2024), ("2024-01-01", "2024-12-31")),
        (Period(2024, 2), ("2024-02-01", "2024-02-29")),
        (Period(2023, 2), ("2023-02-01", "2023-02-28")),
        (Period(2024, 4, 13), ("2024-04-13", "2024-04-13")),
        (Period(None, 4), None),
        (Period(2024, 2, 31), None),
    ],
)
def test_first_and_last_day(period: Period, span: tuple[str, str] | None) -> None:
    assert period.span() == span


@given(
    st.builds(
        Period,
        st.none() | st.integers(1900, 2099),
        st.integers(1, 12),
        st.none() | st.integers(1, 31),
    )
)
def test_written_out_it_is_found_again(period: Period) -> None:
    assert periods(f"in {period.words()}") == [period]


WORDS = ("31", "February", "2024", "-", ",", "in", "may", "2023-02-30")


@given(st.text() | st.lists(st.sampled_from(WORDS)).map(" ".join))
def test_any_text_is_read(text: str) -> None:
    found = find_periods(text)
    assert all(one.end <= two.start for one, two in pairwise(found))
    for one in found:
        span = one.period.span()
        assert span is None or date.fromisoformat(span[0]) <= date.fromisoformat(span[1])
    without_periods(text)
