"""Two texts as tokens: marked, cut to the window, and any text at all."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer
from tokenizers.models import WordPiece

from rag.errors import ModelError
from rag.reader.encode import LONGEST, Pair, encode_pair
from rag.reader.format import QUESTION_TOKENS, WINDOW

from .making import IDS, VOCABULARY, make_tokenizer

TOKENIZER = make_tokenizer()
ANY = st.text(st.characters(exclude_categories=()))
"""Control characters, marks, what is not assigned, and halves of surrogate pairs too."""


def tokens(pair: Pair) -> list[str]:
    return [VOCABULARY[number] for number in pair.ids]


def test_the_marks_the_types_and_the_characters() -> None:
    text = "Iran fired  200."
    pair = encode_pair(TOKENIZER, "Who?", text)
    assert tokens(pair) == ["[CLS]", "who", "?", "[SEP]", "iran", "fired", "200", ".", "[SEP]"]
    assert pair.types.tolist() == [0, 0, 0, 0, 1, 1, 1, 1, 1]
    assert pair.second == 4
    assert [text[a:b] for a, b in pair.offsets] == ["Iran", "fired", "200", "."]
    assert pair.ids.dtype == pair.types.dtype == np.int64


def test_a_long_first_text_leaves_room_for_the_second() -> None:
    pair = encode_pair(TOKENIZER, "who " * 500, "iran " * 500)
    assert len(pair.ids) == WINDOW
    assert tokens(pair)[: QUESTION_TOKENS + 2] == ["[CLS]", *["who"] * QUESTION_TOKENS, "[SEP]"]
    assert tokens(pair)[QUESTION_TOKENS + 2 :] == ["iran"] * len(pair.offsets) + ["[SEP]"]
    assert len(pair.offsets) == WINDOW - QUESTION_TOKENS - 3


def test_a_short_first_text_leaves_the_rest_to_the_second() -> None:
    assert len(encode_pair(TOKENIZER, "who", "iran " * 500).offsets) == WINDOW - 4
    exact = encode_pair(TOKENIZER, "who", "iran " * (WINDOW - 4))
    assert len(exact.ids) == WINDOW


@pytest.mark.parametrize(("first", "second"), [("", ""), ("who", ""), ("", "iran"), ("\n", "\0")])
def test_empty_texts(first: str, second: str) -> None:
    pair = encode_pair(TOKENIZER, first, second)
    assert pair.offsets.shape == (len(second.strip("\0")) and 1, 2)
    assert tokens(pair).count("[SEP]") == 2


def test_marks_that_are_written_are_words() -> None:
    pair = encode_pair(TOKENIZER, "[CLS] who", "no [SEP] one")
    assert tokens(pair) == [
        "[CLS]", "[", "cls", "]", "who", "[SEP]", "no", "[", "sep", "]", "one", "[SEP]",
    ]  # fmt: skip


def test_a_text_of_any_length_is_cut_before_it_is_tokenised() -> None:
    pair = encode_pair(TOKENIZER, "who", " " * LONGEST + "iran")
    assert len(pair.offsets) == 0
    assert len(encode_pair(TOKENIZER, "a" * 5_000_000, "b\u200d" * 5_000_000).ids) < WINDOW


@given(ANY, ANY)
def test_any_text_has_its_tokens(first: str, second: str) -> None:
    pair = encode_pair(TOKENIZER, first, second)
    size = len(pair.ids)
    assert size == len(pair.types) <= WINDOW
    assert pair.second + len(pair.offsets) + 1 == size
    assert (pair.ids == IDS["[CLS]"]).tolist() == [True] + [False] * (size - 1)
    assert np.flatnonzero(pair.ids == IDS["[SEP]"]).tolist() == [pair.second - 1, size - 1]
    begins, stops = pair.offsets.T
    assert (np.diff(begins) >= 0).all()
    assert (np.diff(stops) >= 0).all()
    assert ((begins >= 0) & (begins < stops) & (stops <= len(second))).all()


@given(ANY)
def test_half_a_character_shifts_nothing(text: str) -> None:
    whole = f"{text} iran"
    pair = encode_pair(TOKENIZER, "", whole)
    begin, end = pair.offsets[-1]
    assert whole[begin:end].endswith("iran")


def test_a_tokenizer_without_the_marks_is_refused() -> None:
    bare = Tokenizer(WordPiece({"[UNK]": 0}, unk_token="[UNK]"))
    with pytest.raises(ModelError, match=r"\[CLS\]"):
        encode_pair(bare, "a", "b")
