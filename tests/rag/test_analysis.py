"""Words, index terms, and the share of them that a text holds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.analysis import content_terms, overlap, terms, words


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Hizbollah", "Hezbollah"),
        ("Iran's", "Iran"),
        ("Khamenai’s", "Khamenei"),
        ("three", "3"),
        ("1,000", "1000"),
        ("U.S.", "US"),
        ("attacks", "attacked"),
        ("35s", "35"),
        ("كتاب", "کتاب"),
        ("Café", "cafe"),
    ],
)
def test_one_term_for_several_spellings(one: str, other: str) -> None:
    assert terms(one) == terms(other) != []


@pytest.mark.parametrize(
    ("one", "other"), [("Iran", "Iraq"), ("1.5", "15"), ("two", "3"), ("1980s", "1980")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert terms(one) != terms(other)


def test_words_keep_acronyms_and_numbers_whole() -> None:
    assert words("The U.S. sent 1,500 troops, i.e. 1.5 brigades.")[:5] == [
        "the", "us", "sent", "1,500", "troops",
    ]  # fmt: skip


def test_us_the_country_counts_and_us_the_pronoun_does_not() -> None:
    assert "us" in content_terms("Did the US strike?")
    assert "us" in content_terms("Did the U.S. strike?")
    assert "us" not in content_terms("Did it strike us?")


def test_content_terms_leave_out_what_carries_no_meaning() -> None:
    assert content_terms("What did he say to them about it?") == []
    assert content_terms("missile, missiles and MISSILES") == terms("missile")


@given(st.text())
def test_terms_hold_nothing_that_the_full_text_index_would_read_as_syntax(text: str) -> None:
    for term in terms(text):
        assert not set(term) & set("\"*():^' ")


@given(st.lists(st.sampled_from("abcdef")), st.lists(st.sampled_from("abcdef")))
def test_overlap_is_a_share(wanted: list[str], present: list[str]) -> None:
    share = overlap(wanted, present, {"a": 3.0})
    assert 0 <= share <= 1
    assert overlap(wanted, wanted, {}) == (1.0 if wanted else 0.0)
    assert overlap(wanted, [*present, *wanted], {"a": 3.0}) >= share


def test_overlap_weighs_rare_words() -> None:
    assert overlap(["rare", "common"], ["rare"], {"rare": 3.0, "common": 1.0}) == 0.75
