"""Follow-up questions made to stand alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.followup import Context, standalone

APRIL = Context("How many missiles did Iran fire at Israel in April 2024?")
KIRBY = Context("What did John Kirby say about Hezbollah on 26 August 2024?")


@pytest.mark.parametrize(
    ("context", "question", "expected"),
    [
        (APRIL, "and in October?", "How many missiles did Iran fire at Israel in October 2024?"),
        (APRIL, "In October 2023?", "How many missiles did Iran fire at Israel in October 2023?"),
        (
            APRIL,
            "And on 1 October?",
            "How many missiles did Iran fire at Israel on 1 October 2024?",
        ),
        (
            Context("What happened on 13 April 2024?"),
            "and in October?",
            "What happened in October 2024?",
        ),
        (
            Context("What did Iran do between April and June 2024?"),
            "and in October?",
            "What did Iran do in October 2024?",
        ),
        (APRIL, "since October?", "How many missiles did Iran fire at Israel since October 2024?"),
        (
            Context("What did Iran say?"),
            "and in October 2024?",
            "What did Iran say in October 2024?",
        ),
        (Context("What did Iran say?"), "on 5 May 2024?", "What did Iran say on 5 May 2024?"),
        (KIRBY, "what about Hamas?", "What did Hamas say about Hezbollah on 26 August 2024?"),
        (
            Context("Did Hezbollah fire rockets in August 2024?"),
            "What about Hamas?",
            "Did Hamas fire rockets in August 2024?",
        ),
    ],
)
def test_the_last_question_with_one_part_changed(
    context: Context, question: str, expected: str
) -> None:
    assert standalone(question, context) == expected


@pytest.mark.parametrize(
    ("context", "question", "parts"),
    [
        (KIRBY, "what did he say next?", ["John Kirby say next", "26 August 2024"]),
        (KIRBY, "And what is his view of Iran?", ["John Kirby's view of Iran"]),
        (KIRBY, "Who answered him?", ["Who answered John Kirby"]),
        (
            Context("Who spoke about Iran?", ("Karine Jean-Pierre",)),
            "What did she say next?",
            ["Karine Jean-Pierre say next", "Iran"],
        ),
        (APRIL, "How many of them were shot down?", ["shot down", "Iran", "Israel", "April 2024"]),
        (APRIL, "why?", ["Why", "Iran", "Israel", "April 2024"]),
        (
            Context("what is the turnout of the election?"),
            "and the winner?",
            ["turnout", "election"],
        ),
        (Context("how many guards died"), "and in Damascus?", ["Damascus", "guards", "died"]),
    ],
)
def test_what_a_question_leans_on_is_added(
    context: Context, question: str, parts: list[str]
) -> None:
    changed = standalone(question, context)
    assert all(part in changed for part in parts), changed
    assert changed.endswith("?")


@pytest.mark.parametrize(
    "question",
    [
        "How many missiles did Israel's air defence shoot down over Nevatim?",
        "What may Iran do after the strikes on Isfahan in April 2024?",
        "Who became president of Iran after Ebrahim Raisi was killed?",
        "Which countries condemned the attack on Damascus?",
    ],
)
def test_a_question_that_stands_alone_is_unchanged(question: str) -> None:
    assert standalone(question, None) == question
    assert standalone(question, APRIL) == question
    assert standalone(question, KIRBY) == question


def test_a_pronoun_without_anybody_to_stand_for_stays() -> None:
    changed = standalone("What did he say next?", Context("How large was Iran's attack?"))
    assert "did he say next" in changed
    assert "Iran" in changed


def test_a_country_is_nobody_who_speaks() -> None:
    context = Context("What did Iran tell Israel?", ("Joe Biden",))
    assert "Joe Biden" in standalone("What did he say?", context)


WORDS = (
    "and", "what", "about", "he", "did", "say", "in", "October", "2024", "31", "February", "?",
    "Hezbollah", "John Kirby", "it", "his", "may",
)  # fmt: skip
TEXTS = st.text(max_size=80) | st.lists(st.sampled_from(WORDS), max_size=12).map(" ".join)


@given(TEXTS, TEXTS, st.lists(TEXTS, max_size=2))
def test_any_conversation_is_understood(question: str, last: str, speakers: list[str]) -> None:
    changed = standalone(question, Context(last, tuple(speakers)))
    assert isinstance(changed, str)
    assert standalone(question, None) == question
    assert standalone(changed, None) == changed
    # It does not grow without end as the conversation goes on.
    for _ in range(3):
        changed = standalone("and then?", Context(changed))
    assert len(changed) <= len(question) + 2 * len(last) + sum(map(len, speakers)) + 200
