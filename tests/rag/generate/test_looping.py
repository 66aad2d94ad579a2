"""When a text goes round in circles, and when it only looks so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.generate.looping import LONGEST_UNIT, loops


@given(st.text(min_size=1, max_size=LONGEST_UNIT // 2), st.text(max_size=50))
def test_any_run_repeated_long_enough_is_a_loop(unit: str, before: str) -> None:
    assert loops(before + unit * (LONGEST_UNIT // len(unit) + 4) + unit * 120)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Seven guards died in Damascus on 1 April [1]. Iran said so. Iran said so again.",
        "Iran denied it [1]. Israel denied it [2]. Syria denied it [3]. Turkey denied it [4].",
        "| side | dead |\n|------|------|\n| Iran | 7 |\n| Israel | 0 |\n| Syria | 2 |",
        " ".join(map(str, range(1, 100))),
        "The strike hit the port of Hodeidah, the ministry said. " * 2,
    ],
)
def test_a_text_that_gets_on(text: str) -> None:
    assert not loops(text)


def test_three_times_the_same_sentence() -> None:
    assert loops("The strike hit the port of Hodeidah, the ministry said. " * 3)
