from pathlib import Path
from typing import Any

import pytest

from evals.runs.runner import answer_all
from evals.runs.store import Writer, read_run
from rag.answerer import Answerer, Ask, Evidence
from rag.errors import LibraryEmpty
from rag.library.library import Library
from rag.models.hashing import HashingEmbedder
from rag.reply import Reply
from rag.settings import Settings

from ..generators.making import INVENTED, Scripted
from .making import gold_question, lines, manifest


@pytest.fixture
def answerer(small_library: Library, hashing: HashingEmbedder, settings: Settings) -> Answerer:
    return Answerer(small_library, hashing, settings)


QUESTIONS = [
    gold_question("q-1", question="how many guards died"),
    gold_question("q-2", question="what did the ministry say", family="f-2"),
    gold_question(
        "q-3",
        type="follow_up",
        question="and in Damascus?",
        history=[{"question": "how many guards died"}],
        family="f-3",
    ),
]


def test_two_runs_are_the_same_bytes_but_for_the_timings(
    tmp_path: Path, answerer: Answerer
) -> None:
    seen: list[tuple[int, int]] = []
    for name in ("one", "two"):
        writer = Writer(tmp_path / name, manifest())
        answer_all(QUESTIONS, answerer, writer, progress=lambda *at: seen.append(at))
    first, second = (tmp_path / name / "answers.jsonl" for name in ("one", "two"))
    assert first.read_bytes() == second.read_bytes()
    assert seen == [(1, 3), (2, 3), (3, 3)] * 2
    run = read_run(tmp_path / "one")
    assert list(run.answers) == ["q-1", "q-2", "q-3"]
    assert all(answer.retrieved for answer in run.answers.values())


def test_a_follow_up_is_asked_in_its_conversation(tmp_path: Path, answerer: Answerer) -> None:
    answer_all(QUESTIONS, answerer, Writer(tmp_path / "run", manifest()))
    last = read_run(tmp_path / "run").answers["q-3"].reply
    assert last is not None
    assert "guards" in last.standalone_question.lower()


def test_what_is_there_is_not_asked_again(tmp_path: Path, answerer: Answerer) -> None:
    answer_all(QUESTIONS[:1], answerer, Writer(tmp_path / "run", manifest()))
    outcome = answer_all(QUESTIONS, answerer, Writer(tmp_path / "run", manifest()))
    assert (outcome.asked, outcome.taken_up, outcome.failed) == (2, 1, ())
    assert len(lines(tmp_path / "run/answers.jsonl")) == 3


class Failing(Answerer):
    """Fails at one question."""

    def __init__(self, error: Exception, within: Answerer) -> None:
        self.error, self.within = error, within

    def examined(self, given: Ask | str) -> tuple[Reply, Evidence]:
        assert isinstance(given, Ask)
        if given.id == "q-2":
            raise self.error
        return self.within.examined(given)

    def answer(self, given: Ask | str) -> Reply:
        return self.within.answer(given)


def test_a_question_that_fails_is_stored_and_the_others_go_on(
    tmp_path: Path, answerer: Answerer
) -> None:
    failing: Any = Failing(ValueError("no such luck"), answerer)
    outcome = answer_all(QUESTIONS, failing, Writer(tmp_path / "run", manifest()))
    assert outcome.failed == ("q-2",)
    run = read_run(tmp_path / "run")
    assert run.answers["q-2"].error == "ValueError: no such luck"
    assert run.answers["q-3"].reply is not None


def test_a_library_that_fails_ends_the_run_and_keeps_what_was_answered(
    tmp_path: Path, answerer: Answerer
) -> None:
    writer = Writer(tmp_path / "run", manifest())
    with pytest.raises(LibraryEmpty):
        answer_all(QUESTIONS, Failing(LibraryEmpty("empty"), answerer), writer, jobs=1)
    assert "q-1" in read_run(tmp_path / "run").answers


@pytest.fixture
def scripted(small_library: Library, hashing: HashingEmbedder, settings: Settings) -> Scripted:
    return Scripted()


@pytest.fixture
def writing(
    small_library: Library, hashing: HashingEmbedder, settings: Settings, scripted: Scripted
) -> Answerer:
    return Answerer(small_library, hashing, settings, generator=scripted)


def test_an_interrupted_run_keeps_each_answer_and_goes_on(
    tmp_path: Path, writing: Answerer, scripted: Scripted
) -> None:
    scripted.interrupted_at = "ministry"
    with pytest.raises(KeyboardInterrupt):
        answer_all(QUESTIONS, writing, Writer(tmp_path / "run", manifest()), jobs=1)
    assert list(read_run(tmp_path / "run").answers) == ["q-1"]
    assert all(stop is not None and stop.is_set() for stop in scripted.stops)  # and waits for none
    scripted.interrupted_at, scripted.asked = "\0", []
    outcome = answer_all(QUESTIONS, writing, Writer(tmp_path / "run", manifest()), jobs=1)
    assert (outcome.asked, outcome.taken_up) == (2, 1)
    assert "q-1" not in scripted.asked
    run = read_run(tmp_path / "run")
    assert [a.reply.generator for a in run.answers.values() if a.reply] == [scripted.name] * 3


def test_what_was_withheld_is_stored_only_where_it_is_asked_for(
    tmp_path: Path, writing: Answerer
) -> None:
    for name, kept in (("with", True), ("without", False)):
        writer = Writer(tmp_path / name, manifest(drafts=kept))
        answer_all(QUESTIONS, writing, writer, drafts=kept)
        replies = [a.reply for a in read_run(tmp_path / name).answers.values() if a.reply]
        assert [reply.withheld for reply in replies] == [1, 1, 1]
        assert [any(s.text == INVENTED for s in r.sentences) for r in replies] == [kept] * 3
        assert not any(INVENTED in reply.answer for reply in replies)
