from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from evals.reader.near_misses import near_misses
from evals.reader.questions import agreed, ask_questions, faults, question_rows
from evals.reader.rows import QuestionRow

from .making import FERRY, INQUIRY, FakeWriter, place

REPLY = (
    "How many passengers of the Sandvik were rescued? | 41\n"
    "Who spoke of the rescued passengers? | Mira Olsen\n"
    "Who was it? | him"
)
PLACES = [place(ordinal=n, text=f"{FERRY} Part {n}.") for n in range(4)]


def test_rows_have_exact_answers(tmp_path: Path) -> None:
    written = tmp_path / "written.jsonl"
    writer = FakeWriter(lambda _: REPLY)
    told: list[tuple[str, int, int]] = []
    assert ask_questions(PLACES, writer, written, progress=lambda *a: told.append(a)) == 4
    rows = question_rows(PLACES, written)
    assert len(rows) == 8
    for row in rows:
        assert row.answerable
        assert row.answers
        for start, text in row.answers:
            assert row.passage[start : start + len(text)] == text
    assert [done for _, done, _ in told] == [1, 2, 3, 4]
    assert rows[0].source == "documents/question"
    assert faults(PLACES, written)["kept"] == 8


def test_a_run_goes_on_where_it_was_killed(tmp_path: Path) -> None:
    written = tmp_path / "written.jsonl"
    ask_questions(PLACES[:2], FakeWriter(lambda _: "none"), written, jobs=1)
    written.write_bytes(written.read_bytes()[:-9])  # the second line is cut off
    writer = FakeWriter(lambda _: REPLY)
    assert ask_questions(PLACES, writer, written, jobs=1) == 3
    assert not any(f"{PLACES[0].text}" in asked for asked in writer.asked)
    assert {row.passage for row in question_rows(PLACES, written)} == {p.text for p in PLACES[1:]}
    assert ask_questions(PLACES, writer, written) == 0


def test_nothing_is_begun_after_the_seconds_are_spent(tmp_path: Path) -> None:
    times: Iterator[float] = iter(float(n) for n in range(99))
    asked = ask_questions(
        PLACES, FakeWriter(lambda _: REPLY), tmp_path / "w", seconds=2.5, jobs=1,
        clock=lambda: next(times),
    )  # fmt: skip
    assert asked == 2


def test_an_interruption_stops_the_model_and_keeps_what_was_done(tmp_path: Path) -> None:
    writer = FakeWriter(lambda _: REPLY)

    def interrupt(_task: str, done: int, _total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask_questions(PLACES, writer, tmp_path / "w", jobs=1, progress=interrupt)
    assert writer.stopped.is_set()
    assert len(question_rows(PLACES, tmp_path / "w")) == 4


def row(passage: str = FERRY) -> QuestionRow:
    at = passage.index("41")
    return QuestionRow(
        "How many passengers of the ferry were rescued?", "T", passage, ((at, "41"),), True, "x",
        "ferry",
    )  # fmt: skip


def test_a_near_miss_is_a_neighbour_that_does_not_hold_the_answer() -> None:
    holding = "The ferry company spoke of forty-one rescued passengers."
    beside = place(neighbours=(holding, INQUIRY, "Nothing to see."))
    (missed,) = near_misses([row()], [beside])
    assert missed == replace(
        row(), passage=INQUIRY, answers=(), answerable=False, source="documents/near miss"
    )
    assert near_misses([row()], [place(neighbours=(holding,))]) == []


def test_a_reader_trained_elsewhere_must_agree() -> None:
    right, missed = row(), replace(row(), answers=(), answerable=False)
    at = FERRY.index("41")
    assert agreed([right, missed], lambda *_: (at, at + 13, 0.4), most=0.5) == [right, missed]
    assert agreed([right, missed], lambda *_: (0, at, 0.6), most=0.5) == []
