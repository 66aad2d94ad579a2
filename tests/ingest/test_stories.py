"""Copies of one story are found by their shingles; what only shares a topic is none."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from ingest.stories import FEWEST_WORDS, Stories, signature

WORDS = [f"word{n}" for n in range(200)]
TEXT = " ".join(WORDS)


def sketch(text: str) -> np.ndarray:
    made = signature(text)
    assert made is not None
    return made


def test_a_copy_is_found_whatever_its_dress() -> None:
    stories = Stories([(7, "first", None, sketch(TEXT))])
    for copy in (TEXT, TEXT.upper(), f"By our staff. {TEXT} More soon.", TEXT.replace(" ", ",\n")):
        assert stories.find("copy", sketch(copy)) == 7


@pytest.mark.parametrize(
    "other", [" ".join(reversed(WORDS)), " ".join(f"other{n}" for n in range(200))]
)
def test_other_texts_are_no_copies(other: str) -> None:
    stories = Stories([(7, "first", None, sketch(TEXT))])
    assert stories.find("other", sketch(other)) is None


def test_half_a_text_is_no_copy_of_it() -> None:
    stories = Stories([(7, "first", None, sketch(TEXT))])
    assert stories.find("half", sketch(" ".join(WORDS[:100]))) is None


def test_a_short_text_is_not_compared() -> None:
    assert signature(" ".join(WORDS[: FEWEST_WORDS - 1])) is None
    assert signature("") is None
    assert signature(" ".join(WORDS[:FEWEST_WORDS])) is not None


def test_an_article_is_no_copy_of_itself_and_the_earliest_story_counts() -> None:
    stories = Stories([(7, "first", None, sketch(TEXT))])
    assert stories.find("first", sketch(TEXT)) is None
    stories.add(3, "second", sketch(TEXT))
    assert stories.find("third", sketch(TEXT)) == 3
    known = Stories([(9, "copy", 7, sketch(TEXT))])
    assert known.find("another", sketch(TEXT)) == 7


def test_a_new_version_takes_the_old_ones_place() -> None:
    stories = Stories([(7, "first", None, sketch(TEXT))])
    stories.add(7, "first", sketch(" ".join(f"new{n}" for n in range(200))))
    assert stories.find("copy", sketch(TEXT)) is None


@examples(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(WORDS), min_size=FEWEST_WORDS, max_size=120))
def test_a_signature_is_the_same_each_time(words: list[str]) -> None:
    made = sketch(" ".join(words))
    assert made.shape == (64,)
    assert made.dtype == np.uint32
    assert np.array_equal(made, sketch("  ".join(words)))
    assert Stories([(1, "a", None, made)]).find("b", made) == 1
