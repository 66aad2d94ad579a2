"""A standalone question, taken apart."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.analysis import terms
from rag.periods import Period
from rag.question import Wants, find_names, understand


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("What did John Kirby say about Iran?", ["John Kirby", "Iran"]),
        ("Who is the Supreme Leader of Iran?", ["Supreme Leader of Iran"]),
        ("The What When Did", []),
        ("US troops", ["US"]),
        ("What did Amir-Abdollahian say?", ["Amir-Abdollahian"]),
        ("what did he say?", []),
    ],
)
def test_names(text: str, names: list[str]) -> None:
    assert find_names(text) == names


@pytest.mark.parametrize(
    ("text", "wants"),
    [
        ("How many drones were fired?", "number"),
        ("What share of the missiles was shot down?", "number"),
        ("When was Haniyeh killed?", "date"),
        ("On what day was he killed?", "date"),
        ("Who was killed?", "person"),
        ("Whose embassy was hit?", "person"),
        ("Where was he killed?", "place"),
        ("Which countries condemned it?", "place"),
        ("Why did Iran attack?", "other"),
        ("What did Biden say when he called?", "other"),
    ],
)
def test_the_kind_of_answer_that_is_wanted(text: str, wants: Wants) -> None:
    assert understand(text).wants == wants


def test_phrases_are_what_is_quoted_and_names_of_several_words() -> None:
    question = understand('Did Joe Biden call it “ironclad support” or "a success"?')
    assert tuple(terms("ironclad support")) in question.phrases
    assert tuple(terms("Joe Biden")) in question.phrases
    assert all(len(phrase) > 1 for phrase in question.phrases)


def test_a_month_is_a_time_and_no_name() -> None:
    question = understand("What happened in October 2024 in Isfahan?")
    assert question.periods == (Period(2024, 10),)
    assert question.names == frozenset(terms("Isfahan"))


@given(st.text())
def test_any_text_is_taken_apart(text: str) -> None:
    question = understand(text)
    assert question.text == text
    assert len(set(question.terms)) == len(question.terms)
    assert question.names <= set(question.terms) | set(terms(text))
