"""Which sentences a small model chooses, and that it can say nothing else."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.generate.choosing import NUMBERS, choosing, chosen, grammar_of
from rag.generate.compress import compress
from rag.generate.source import Source

from .making import article
from .scripted import scripted


def ranked(count: int) -> tuple[Source, ...]:
    """Sources of which the first is the best by similarity."""
    sentences = [f"Sentence {n} of many." for n in range(count)]
    return compress(article(sentences), budget=10_000, count=len, best=count)


def token(text: str, **others: float) -> dict[str, Any]:
    """A token with what might have been written instead, as OpenAI tells it."""
    top = [{"token": other, "logprob": weight} for other, weight in others.items()]
    return {"token": text, "logprob": -0.1, "top_logprobs": top}


def test_the_grammar_lets_through_a_number_of_a_source_and_nothing_else() -> None:
    for count in (1, 3, NUMBERS):
        literals = re.findall(r'"([^"]*)"', grammar_of(ranked(count)))
        assert [text for text in literals if text.isdecimal()] == [
            str(n) for n in range(1, count + 1)
        ]
        assert {text for text in literals if not text.isdecimal()} == {"["}


def test_the_same_model_answers_otherwise() -> None:
    model = scripted("x").chat
    led = choosing(model, ranked(3))
    assert led is not model
    assert type(led) is type(model)
    assert not hasattr(model, "grammar")


def test_what_the_model_and_the_rank_agree_on_comes_first() -> None:
    told = [token("["), token("3", **{"3": -0.1, "1": -1.0, "2": -4.0})]
    assert chosen("[3", told, ranked(3), most=3) == (1, 3, 2)
    assert chosen("[3", told, ranked(3), most=1) == (1,)


def test_the_model_can_overrule_the_rank() -> None:
    told = [token("4", **{"4": -0.1, "5": -0.5, "3": -1.0, "2": -2.0, "1": -3.0})]
    assert chosen("[4", told, ranked(6), most=1) == (4,)


def test_alternatives_that_are_no_source_do_not_count() -> None:
    told = [token("[", **{"[": -0.1, "2": -0.2}), token("2", **{"2": -0.1, "8": -0.2, "x": -0.3})]
    assert set(chosen("[2", told, ranked(3), most=9)) == {1, 2, 3}


@pytest.mark.parametrize("text", ["", "[", "nothing", "[9", "[²", "[[", "-1"])
def test_without_a_number_the_rank_decides(text: str) -> None:
    assert chosen(text, [], ranked(3), most=2) == (1, 2)


def test_without_alternatives_the_number_in_the_text_counts() -> None:
    assert chosen("[3", [], ranked(3), most=2)[0] in {1, 3}
    assert 3 in chosen("[3", [], ranked(5), most=2)
    assert chosen("[2]\n", [], ranked(3), most=1) == (2,)


tokens = st.builds(
    lambda text, others: token(text, **others),
    st.text(max_size=3),
    st.dictionaries(st.one_of(st.integers(0, 12).map(str), st.text(max_size=3)), st.floats(-20, 0)),
)


@given(
    text=st.text(max_size=5), told=st.lists(tokens, max_size=3), count=st.integers(0, NUMBERS),
    most=st.integers(1, 5),
)  # fmt: skip
def test_whatever_a_model_tells_only_sources_are_chosen(
    text: str, told: list[dict[str, Any]], count: int, most: int
) -> None:
    numbers = chosen(text, told, ranked(count), most=most)
    assert len(numbers) == len(set(numbers)) == min(most, count)
    assert set(numbers) <= set(range(1, count + 1))
    assert numbers == chosen(text, told, ranked(count), most=most)
