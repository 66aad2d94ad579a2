"""Single sentences as examples: the one that answers among its own neighbours and others."""

from hypothesis import given
from hypothesis import strategies as st

from evals.reader.rows import QuestionRow
from evals.reader.single import KIN, STRANGERS, single_sentences
from evals.reader.training_set import QuestionExample
from rag.models.hashing import HashingEmbedder

SENTENCES = [
    "The ferry Sandvik sank near Port Lorne on a Tuesday night.",
    "Coast guard boats rescued 41 passengers of the ferry before midnight.",
    "Norland's transport minister promised an inquiry into the loss.",
    "Rain and heavy wind delayed the divers until the following week.",
    "Relatives of the missing gathered in the harbour chapel.",
]
PASSAGE = " ".join(SENTENCES)
LATER = (
    "All passengers of the ferry Sandvik were rescued, the owner had claimed on the radio. "
    "A court in Norland fined the owner of the ferry Sandvik in the autumn."
)
QUESTION = "How many passengers of the ferry Sandvik were rescued?"
EMBEDDER = HashingEmbedder()


def singles(*rows: QuestionRow, seed: int = 0) -> list[QuestionExample]:
    return single_sentences(rows, EMBEDDER, seed=seed)


def row(*answers: str, passage: str = PASSAGE) -> QuestionRow:
    places = tuple((passage.index(answer), answer) for answer in answers)
    return QuestionRow(QUESTION, "Ferry", passage, places, bool(places), "test", "ferry")


def test_the_sentence_with_the_answer_stands_before_others_of_its_passage() -> None:
    [example] = singles(row("41"))
    assert example.passage.text == SENTENCES[1]
    assert [example.passage.text[s:e] for s, e in example.spans] == ["41"]
    others = [passage.text for passage in example.negatives]
    assert len(set(others)) == KIN
    assert set(others) < set(SENTENCES) - {SENTENCES[1]}


def test_sentences_of_other_passages_that_are_like_the_question_stand_beside_them() -> None:
    example, _ = singles(row("41"), row(passage=LATER))
    strangers = example.negatives[KIN:]
    assert len(strangers) == STRANGERS
    assert {other.text for other in strangers} == {s + "." for s in LATER[:-1].split(". ")}


def test_a_sentence_that_holds_the_answer_too_is_no_negative() -> None:
    passage = f"{PASSAGE} Later all 41 went home to their families in Norland."
    other = f"{LATER} The 41 who were rescued from the ferry Sandvik sued the owner."
    example, _ = singles(row("41", passage=passage), row(passage=other))
    assert all("41" not in other.text for other in example.negatives)


def test_of_a_silent_passage_the_sentence_most_like_the_question_is_taken() -> None:
    [example] = singles(row())
    assert example.passage.text in SENTENCES[:2]
    assert example.spans == example.negatives == ()


def test_one_sentence_teaches_no_choice() -> None:
    assert singles(row("41", passage=SENTENCES[1])) == []


def test_an_answer_across_sentences_is_left_out() -> None:
    assert singles(row("midnight. Norland's transport")) == []


@given(st.integers(0, 9), st.permutations(SENTENCES))
def test_answers_stay_where_they_are(seed: int, order: list[str]) -> None:
    rows = [row("41", passage=" ".join(order)), row("chapel", passage="\n".join(order))]
    found = singles(*rows, seed=seed)
    assert found == singles(*rows, seed=seed)
    assert [e.passage.text[s:t] for e in found for s, t in e.spans] == ["41", "chapel"]
