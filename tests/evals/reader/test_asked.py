import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.reader.asked import answers_in, fault, parsed

from .making import FERRY


def why(question: str, answer: str, passage: str = FERRY) -> str | None:
    return fault(question, answer, title="Ferry disaster", passage=passage)


def test_lines_are_read_and_chatter_is_not() -> None:
    written = (
        "Sure! Here they are:\n1. Who is the chief? | Mira Olsen.\n"
        '- How many were rescued? | "41"\nNo bar here?\nWhere? | a | b\nnone'
    )
    assert parsed(written) == [
        ("Who is the chief?", "Mira Olsen"),
        ("How many were rescued?", "41"),
    ]
    assert len(parsed("Who was it then? | Olsen\n" * 9)) == 3


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("How many passengers of the Sandvik were rescued?", "41"),
        ("When did the ferry Sandvik sink?", "3 May 2024"),
        ("Why did the ferry Sandvik sink near Port Lorne?", "its doors had been left open"),
        ("Who told reporters about the passengers?", "mira olsen"),
    ],
)
def test_good_questions_are_kept(question: str, answer: str) -> None:
    assert why(question, answer) is None


@pytest.mark.parametrize(
    ("question", "answer", "reason"),
    [
        ("How many passengers were rescued?", "42", "answer not in the passage"),
        ("How many passengers were rescued?", "4", "answer not in the passage"),
        ("How many passengers were rescued?", "Mira Olsen", "answer of another kind"),
        ("When did the Sandvik sink?", "Port Lorne", "answer of another kind"),
        ("Who was it?", "Mira Olsen", "question's form"),
        ("Name the coast guard chief of Norland", "Mira Olsen", "question's form"),
        ("What did he say about it?", "41 passengers", "pronoun without a name"),
        ("Who does the passage name as chief?", "Mira Olsen", "points at the text"),
        ("Who told us about the passengers?", "Mira Olsen", "points at the text"),
        ("Which ferry was the ferry Sandvik?", "Sandvik", "holds the answer"),
        ("Which wizard wore purple yesterday?", "Mira Olsen", "nothing in common"),
        ("Who told reporters this on Tuesday, Olsen?", "that", "answer's length"),
        ("What happened to the ferry Sandvik?", FERRY[:90], "answer's length"),
    ],
)
def test_others_are_refused(question: str, answer: str, reason: str) -> None:
    assert why(question, answer) == reason


def test_a_number_within_a_number_is_no_answer() -> None:
    assert why("How many men of Norland came?", "200", "Norland sent 1,200 men.") is not None


def test_of_several_places_the_one_beside_the_questions_words_is_the_answer() -> None:
    passage = "Iran denied it. Asked who fired the missiles, Kirby named Iran."
    found = answers_in("Who fired the missiles, according to Kirby?", "iran", passage)
    assert found == ((passage.rindex("Iran"), "Iran"),)


@given(st.lists(st.sampled_from(["Iran", "said", "41", "men.", "1,200", "\n\n", "Hamas"])))
def test_answers_stand_where_they_are_said_to(words: list[str]) -> None:
    passage = " ".join(words)
    for answer in ("iran", "41", "said 41", "200"):
        for start, text in answers_in("Who said 41 men?", answer, passage):
            assert passage[start : start + len(text)] == text
            assert " ".join(text.split()).lower() == answer
