"""What is read of a passage: its title on one line, and its text untouched."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reader.format import LABELS, TITLE_CHARACTERS, passage_text, text_start
from rag.reader.support import SupportProbabilities


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("Iran and Israel", "Iran and Israel"),
        ("  Iran\n and\tIsrael\u2028today ", "Iran and Israel today"),
        ("", ""),
        ("\x85\n", ""),
        ("word " * 16, ("word " * 16).strip()),
        ("word " * 17, ("word " * 16).strip()),
        ("x" * 79 + " cease-fire", "x" * 79),
        ("a " + "y" * 70 + " cease-fire", "a " + "y" * 70),
        ("z" * 100, "z" * 80),
    ],
)
def test_the_title_is_cut_at_a_word(title: str, line: str) -> None:
    assert passage_text(title, "Text.") == f"{line}\nText."


@given(st.text(), st.text())
def test_the_text_is_found_again(title: str, text: str) -> None:
    whole = passage_text(title, text)
    start = text_start(title)
    assert whole[start:] == text
    assert len(whole[:start].splitlines()) <= 1
    assert whole[start - 1] == "\n"
    assert start <= TITLE_CHARACTERS + 1


def test_the_labels_are_those_of_the_probabilities() -> None:
    assert tuple(SupportProbabilities.__dataclass_fields__) == LABELS
