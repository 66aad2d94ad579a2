from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.numbers import find_numbers, in_digits


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("twenty-one dead", ["21"]),
        ("one hundred and eighty missiles", ["180"]),
        ("three and two people", ["3", "2"]),
        ("1,200 dead and 3.5 per cent", ["1200", "3.5"]),
        ("$14.3 billion", ["14300000000"]),
        ("a hundred drones", ["100"]),
        ("two hundred thousand five hundred and twelve", ["200512"]),
        ("19, 2019", ["19", "2019"]),
        ("B-52s and HR815 and 1.2.3", []),
        ("nineteen eighty", ["19", "80"]),
        ("ten, eleven and twelve", ["10", "11", "12"]),
        ("one million two hundred thousand", ["1200000"]),
        ("13 April 2024.", ["13", "2024"]),
        ("no number at all", []),
    ],
)
def test_what_is_found(text: str, values: list[str]) -> None:
    assert [in_digits(found.value) for found in find_numbers(text)] == values


def test_where_it_stands() -> None:
    text = "About one hundred and eighty were fired; 1,200 fell."
    found = [text[number.start : number.end] for number in find_numbers(text)]
    assert found == ["one hundred and eighty", "1,200"]


@given(st.integers(min_value=0, max_value=10**12))
def test_thousands_separators_change_nothing(number: int) -> None:
    assert [n.value for n in find_numbers(f"about {number:,} of them")] == [Decimal(number)]
    assert [n.value for n in find_numbers(f"about {number} of them")] == [Decimal(number)]


@given(st.text())
def test_any_text_is_read(text: str) -> None:
    for number in find_numbers(text):
        assert text[number.start : number.end].strip()
