"""Which day "yesterday" was."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.relative_dates import explain_relative_dates, published_in_words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It happened yesterday.", "It happened yesterday [29 February 2024]."),
        ("Last night it struck.", "Last night [29 February 2024] it struck."),
        ("Tomorrow we meet.", "Tomorrow [2 March 2024] we meet."),
        ("today", "today [1 March 2024]"),
        ("the day before yesterday", "the day before yesterday [28 February 2024]"),
        ("three days ago", "three days ago [27 February 2024]"),
        ("Nine days ago", "Nine days ago [21 February 2024]"),
        ("1 day ago", "1 day ago [29 February 2024]"),
        ("yesterday’s attack", "yesterday’s [29 February 2024] attack"),
        ("a yesterdayish day, agonising", "a yesterdayish day, agonising"),
        ("weeks ago", "weeks ago"),
    ],
)
def test_the_day_is_put_behind(text: str, expected: str) -> None:
    assert explain_relative_dates(text, "2024-03-01T09:00:00-05:00") == expected


@pytest.mark.parametrize("published", [None, "", "2024", "2024-03", "soon"])
def test_unchanged_where_the_day_is_not_known(published: str | None) -> None:
    assert explain_relative_dates("It happened yesterday.", published) == "It happened yesterday."


@given(
    st.lists(st.sampled_from(["yesterday", "999 days ago", "Iran", "tonight", "."])).map(" ".join)
    | st.text(),
    st.dates().map(str),
)
def test_only_brackets_are_added(text: str, published: str) -> None:
    explained = explain_relative_dates(text, published)
    assert re.sub(r" \[\d{1,2} [A-Z][a-z]+ \d+\]", "", explained) == re.sub(
        r" \[\d{1,2} [A-Z][a-z]+ \d+\]", "", text
    )


@pytest.mark.parametrize(
    ("published", "words"),
    [
        ("2024-04-15", "15 April 2024"),
        ("2024-04-05T10:00:00Z", "5 April 2024"),
        ("2024-04", "2024-04"),
        (None, None),
    ],
)
def test_a_day_in_words(published: str | None, words: str | None) -> None:
    assert published_in_words(published) == words
