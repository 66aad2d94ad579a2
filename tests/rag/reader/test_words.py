"""Where words begin and end."""

import numpy as np
import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from rag.reader.words import whole_words


def widened(text: str, part: str) -> str:
    start = text.index(part)
    begin, end = whole_words(text, np.array([[start, start + len(part)]], np.int32))[0]
    return text[begin:end]


@pytest.mark.parametrize(
    ("text", "part", "word"),
    [
        ("Tehran said", "ran", "Tehran"),
        ("about 2,500.5 of them", "500", "2,500.5"),
        ("at 10:30.", "10", "10:30"),
        ("don’t", "t", "don’t"),
        ("a cease-fire, then", "fire", "cease-fire"),
        ("“Iran”", "ran", "Iran"),
        ("“Iran”", "“", "“"),
        ("the end.", ".", "."),
        ("yes—no", "n", "no"),
        ("cafe\u0301s", "cafe", "cafe\u0301s"),
        ("x!\u0301 y", "!", "!\u0301"),
        ("a 👨\u200d👩\u200d👧 b", "👩", "👨\u200d👩\u200d👧"),
        ("🇮🇷🇮🇱", "🇱", "🇮🇱"),
        ("می\u200cخواهم", "خو", "می\u200cخواهم"),
    ],
)
def test_a_part_is_widened_to_its_word(text: str, part: str, word: str) -> None:
    assert widened(text, part) == word


def test_no_tokens_have_no_words() -> None:
    assert whole_words("", np.zeros((0, 2), np.int32)).shape == (0, 2)


@given(st.text("ab1 ,.-’\u0301\u200d👍🏽🇮한", min_size=1), st.data())
def test_words_hold_their_tokens_and_keep_graphemes_whole(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    begin, stop = whole_words(text, np.array([[start, end]], np.int32))[0]
    assert 0 <= begin <= start < end <= stop <= len(text)
    edges = {0, *(match.end() for match in regex.finditer(r"\X", text))}
    assert {begin, stop} <= edges
    for edge in (begin, stop):
        assert not regex.fullmatch("[ab1한]{2}", text[max(0, edge - 1) : edge + 1])
