from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.reader.embedding_pairs import Pair, pairs_of, passages_of, plan
from evals.reader.rows import QuestionRow
from ingest.passages import Heading, cut_passages
from rag.library.records import Paragraph
from rag.models.hashing import HashingEmbedder

from .making import FERRY, INQUIRY

LONG = "What is known of the ferry that sank near Port Lorne, " * 6


def row(question: str, passage: str, answer: str | None, title: str = "Ferry") -> QuestionRow:
    answers = ((passage.index(answer), answer),) if answer else ()
    return QuestionRow(question, title, passage, answers, bool(answer), "made", "ferry")


def test_a_question_comes_with_its_passage_and_one_that_does_not_answer() -> None:
    rows = [row("how many were rescued", FERRY, "41"), row("who promised an inquiry", FERRY, None),
            row("who promised an inquiry", INQUIRY, "Jon Hale")]  # fmt: skip
    ferry, inquiry = f"Ferry\n{FERRY}", f"Ferry\n{INQUIRY}"
    assert pairs_of(rows, HashingEmbedder(window=256), seed=0) == [
        Pair("how many were rescued", ferry, inquiry),
        Pair("who promised an inquiry", inquiry, ferry),
    ]


@pytest.mark.parametrize("title", ["Ferry", LONG, ""])
def test_a_passage_is_embedded_as_the_library_embeds_it(title: str) -> None:
    embedder = HashingEmbedder(window=256)
    [pair] = pairs_of([row("how many", FERRY, "41", title)], embedder, seed=0)
    paragraph = Paragraph(1, 0, len(FERRY))
    [cut] = cut_passages(FERRY, (paragraph,), Heading(title, None, None), embedder, target=160)
    assert pair.passage == f"{cut.header}\n{FERRY}"
    assert len(pair.passage) < len(FERRY) + 200
    assert pair.negative is None


PAIRS = st.lists(st.tuples(st.integers(0, 30), st.integers(0, 5)), unique=True, max_size=80).map(
    lambda pairs: [Pair(f"q{q} of {p}", f"p{p}", f"p{q % 6}") for q, p in pairs]
)


@given(PAIRS, st.integers(1, 7))
def test_every_question_is_in_one_batch_and_no_passage_twice(pairs: list[Pair], size: int) -> None:
    batches = plan(pairs, seed=1, number=0, size=size)
    assert Counter(pair for batch in batches for pair in batch) == Counter(pairs)
    for batch in batches:
        assert len(batch) <= size
        assert len({pair.passage for pair in batch}) == len(batch)


def test_the_order_hangs_on_the_seed_and_the_epoch_alone() -> None:
    pairs = [Pair(f"q{n}", f"p{n}") for n in range(40)]
    first = plan(pairs, seed=1, number=0, size=8)
    assert [len(batch) for batch in first] == [8] * 5
    assert plan(pairs, seed=1, number=0, size=8) == first
    assert plan(pairs, seed=2, number=0, size=8) != first
    assert plan(pairs, seed=1, number=1, size=8) != first


def test_a_negative_that_answers_another_question_stands_there_once() -> None:
    batch = [Pair("a", "one", "two"), Pair("b", "two", "three"), Pair("c", "four")]
    assert passages_of(batch) == ["one", "two", "four", "three"]
