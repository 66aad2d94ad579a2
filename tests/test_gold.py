"""The shipped gold set: sound, anchored, large and varied enough."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from evals.gold.articles import Record, record_of
from evals.gold.files import Placed, read_gold
from evals.gold.lint import lint
from evals.gold.question import GoldQuestion
from ingest.pages import FakeFetcher
from ingest.pipeline import Adder
from rag.library.library import open_library
from rag.models.hashing import HashingEmbedder

ROOT = Path(__file__).parents[1]
AT_LEAST = {
    "factoid": 110, "attribution": 40, "temporal": 35, "multi": 40, "conflict": 20,
    "unanswerable": 40, "false_premise": 15,
}  # fmt: skip


@pytest.fixture(scope="module")
def gold() -> list[Placed]:
    return read_gold([ROOT / "data" / "gold"])


@pytest.fixture(scope="module")
def questions(gold: list[Placed]) -> list[GoldQuestion]:
    return [placed.question for placed in gold]


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    embedder = HashingEmbedder(dimension=32, window=256)
    folder = tmp_path_factory.mktemp("gold")
    library = open_library(folder, embedding=embedder.identity, create=True)
    adder = Adder(library, embedder, FakeFetcher({}), passage_tokens=160)
    adder.run([str(ROOT / "data" / "articles")])
    yield record_of(library)
    library.close()


def test_it_has_no_fault(gold: list[Placed], record: Record) -> None:
    assert [str(fault) for fault in lint(gold, record)] == []


def test_there_are_enough_of_each_type(questions: list[GoldQuestion]) -> None:
    types = Counter(question.type for question in questions)
    assert {kind: n for kind, n in AT_LEAST.items() if types[kind] < n} == {}
    conversations = {q.family for q in questions if q.type == "follow_up"}
    assert len(conversations) >= 20
    assert all(1 <= len(q.history) <= 3 for q in questions if q.type == "follow_up")


def test_families_are_many_and_split_two_to_three(questions: list[GoldQuestion]) -> None:
    split = {question.family: question.split for question in questions}
    dev = sum(where == "dev" for where in split.values())
    assert len(split) >= 300
    assert 0.35 <= dev / len(split) <= 0.45


def test_every_question_was_read_a_second_time(questions: list[GoldQuestion]) -> None:
    assert {question.status for question in questions} == {"reviewed"}


def test_answers_and_questions_stand_in_their_own_file(gold: list[Placed]) -> None:
    assert all(placed.path.stem == placed.question.split for placed in gold)
