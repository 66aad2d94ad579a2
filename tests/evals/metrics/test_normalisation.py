import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics.normalisation import tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The Guards' “seven” men!", ["guards", "seven", "men"]),
        ("3.5 tonnes.", ["3.5", "tonnes"]),
        ("1,200 and 1,200,300", ["1200", "and", "1200300"]),
        ("10-15", ["10", "15"]),
        ("10–15", ["10", "15"]),
        ("13/14 April 2024, 10:45 p.m.", ["13", "14", "april", "2024", "10:45", "pm"]),
        ("99%, $5", ["99", "5"]),
        ("twenty-one B-52s", ["twentyone", "b52s"]),
        ("Iran—not Israel", ["iran", "not", "israel"]),
        ("A an the", []),
        ("Haniye\u0301", ["haniyé"]),
        ("", []),
    ],
)
def test_examples(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_a_number_is_never_part_of_another() -> None:
    assert tokens("3.5") != tokens("35")
    assert "19" not in tokens("2019")


@given(st.text(alphabet="aT hé0123456789.,:;-–—/'“”()$%\n_", max_size=40))
def test_what_is_normal_stays_as_it_is(text: str) -> None:
    once = tokens(text)
    assert tokens(" ".join(once)) == once


@given(st.integers(0, 10**9), st.integers(1, 99))
def test_every_number_stays_whole(whole: int, part: int) -> None:
    assert tokens(f"about {whole:,}.{part} of them")[1] == f"{whole}.{part}"


@given(st.text(alphabet="aAnhTe bc.,;:-'\"()$%\n", max_size=40))
def test_without_numbers_it_is_the_normalisation_of_squad(text: str) -> None:
    bare = "".join(letter for letter in text.lower() if letter not in string.punctuation)
    assert tokens(text) == [word for word in bare.split() if word not in ("a", "an", "the")]
