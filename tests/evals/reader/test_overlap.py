import json
from dataclasses import replace
from pathlib import Path

import pytest

from evals.reader.assemble import allowed, split
from evals.reader.making import FOLDER, PUBLIC
from evals.reader.overlap import (
    BENCHMARKS,
    Forbidden,
    Texts,
    forbidden_texts,
    normalised,
    touching,
)
from evals.reader.public import public_claims, public_questions
from evals.reader.rows import QuestionRow, SupportRow, read_claims, read_questions

GOLD = Path("data/gold")
ASSEMBLED = FOLDER / "questions.jsonl"
"""The assembled training set, if it was made here; `claims.jsonl` is beside it."""

LONG = "The ministry in the capital said on Monday that eleven of its ships had been turned back."
QUESTION = QuestionRow("How many ships?", "T", "A passage.", (), False, "documents/x", "a")
CLAIM = SupportRow("A claim.", "Evidence.", "supported", "documents/x", "a")


@pytest.mark.parametrize(
    ("text", "touched"),
    [
        (f"“{LONG.upper()}”!", True),
        (f"It is told. {LONG} And so on.", True),
        (LONG[4:-12], True),
        ("Ships turned back", False),
        (LONG.replace("eleven", "twelve"), False),
        ("", False),
    ],
)
def test_whole_texts_and_long_ones_within_others(text: str, touched: bool) -> None:
    assert Texts([LONG, "Short one", ""]).touches(text) is touched


def test_a_short_text_must_be_equal() -> None:
    texts = Texts(["Who fired first?"])
    assert texts.touches("who  fired first")
    assert not texts.touches("Who fired first? And who fired second, in the night of the attack?")


def test_a_row_touches_by_any_of_its_texts() -> None:
    forbidden = Forbidden(["How many ships?", LONG], ["Some benchmark's own sentence."])
    quoting = replace(CLAIM, evidence=f"Well. {LONG}")
    assert forbidden.touches(QUESTION)
    assert forbidden.touches(quoting)
    assert forbidden.touches(replace(quoting, source="articles/x"))
    assert forbidden.touches(replace(CLAIM, claim="some benchmark's own SENTENCE"))
    assert touching([quoting, CLAIM], forbidden) == [quoting]


def test_every_string_of_a_benchmark_counts(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    row = {"id": 7, "documents": [{"text": LONG, "label": "ok"}]}
    (tmp_path / "deep" / "b.jsonl").write_text(json.dumps(row) + "\n")
    forbidden = forbidden_texts(GOLD, tmp_path)
    assert forbidden.touches(replace(QUESTION, passage=LONG))
    assert not forbidden.touches(replace(CLAIM, claim="ok"))


def test_gold_questions_are_found() -> None:
    first = json.loads((GOLD / "dev.jsonl").read_text(encoding="utf-8").split("\n")[0])
    forbidden = forbidden_texts(GOLD)
    assert forbidden.touches(replace(QUESTION, question=first["question"].upper()))
    assert forbidden.touches(replace(CLAIM, claim=first["nuggets"][0]["text"]))


def test_normalised() -> None:
    assert normalised("  “The\u00a0U.S.” — ok_ ") == "the u s ok"


@pytest.mark.skipif(not BENCHMARKS.is_dir(), reason="the benchmarks are not on this machine")
@pytest.mark.skipif(not PUBLIC.is_dir(), reason="the public data are not on this machine")
def test_what_is_allowed_of_the_public_data_touches_nothing() -> None:
    forbidden = forbidden_texts(GOLD, BENCHMARKS)
    questions, claims = public_questions(PUBLIC), public_claims(PUBLIC)
    rows = allowed(questions, claims, forbidden)
    assert touching(rows.questions, forbidden) == []
    assert touching(rows.claims, forbidden) == []
    assert len(questions) / 2 < len(rows.questions) < len(questions)
    learnt, watched = split(rows)
    assert not {row.group for row in learnt.questions} & {row.group for row in watched.questions}


@pytest.mark.skipif(not BENCHMARKS.is_dir(), reason="the benchmarks are not on this machine")
@pytest.mark.skipif(not ASSEMBLED.is_file(), reason="no training set was assembled here")
def test_the_training_set_touches_nothing() -> None:
    forbidden = forbidden_texts(GOLD, BENCHMARKS)
    assert touching(read_questions(ASSEMBLED), forbidden) == []
    assert touching(read_claims(ASSEMBLED.with_name("claims.jsonl")), forbidden) == []
