"""Questions with exact answers that the local chat model makes of passages, kept by rule.

What the model wrote is kept as written, a passage a line, so that a killed run goes on where it
was, and a better rule does not ask again.
"""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from evals.reader.asked import answers_in, fault, parsed
from evals.reader.journal import Journal
from evals.reader.parallel import in_parallel
from evals.reader.places import Place
from evals.reader.progress import Progress, silent
from evals.reader.prompts import QUESTIONS_VERSION, asking
from evals.reader.rows import SHIPPED, QuestionRow
from evals.reader.writers import SLOTS, Writer

CORPUS_SOURCE = "documents/"
MADE = "question"

Read = Callable[[str, str, str], tuple[int, int, float]]
"""(question, title, passage) -> (start, end, probability that the passage answers it)."""


def ask_questions(
    places: Sequence[Place],
    writer: Writer,
    written: Path,
    *,
    seconds: float | None = None,
    jobs: int = SLOTS,
    progress: Progress = silent,
    clock: Callable[[], float] = time.monotonic,
) -> int:
    """Ask the model for questions of each passage that `written` does not hold yet.

    Returns how many passages were asked about. Each reply is on disk as soon as it is there, one
    without a question too. When the `seconds` are spent, no further passage is begun. An
    interruption ends the replies that are being written, of which nothing is kept.
    """
    journal = Journal(written)
    held = {one["key"] for one in journal.read()}
    open_ = [place for place in places if _key(place) not in held]
    before, done = len(places) - len(open_), 0
    replies = in_parallel(
        open_,
        lambda place: writer.write(asking(place.title, place.text)),
        jobs=jobs,
        stop=writer.stop,
        seconds=seconds,
        clock=clock,
    )
    for place, reply in replies:
        journal.append([{"key": _key(place), "article": place.article, "written": reply}])
        done += 1
        progress("questions", before + done, len(places))
    return done


def question_rows(places: Sequence[Place], written: Path) -> list[QuestionRow]:
    """Return the answerable rows of what was written of these passages, in their order."""
    replies = _replies(written)
    return [row for place in places for row in _rows(place, replies.get(_key(place), ""))]


def faults(places: Sequence[Place], written: Path) -> Counter[str]:
    """Count why questions were left out; those kept count under "kept"."""
    replies = _replies(written)
    return Counter(
        fault(question, answer, title=place.title, passage=place.text) or "kept"
        for place in places
        for question, answer in parsed(replies.get(_key(place), ""))
    )


def source_of(place: Place, kind: str) -> str:
    """Return the source of a row: where the passage is from, and how the row was made."""
    return f"{SHIPPED if place.shipped else CORPUS_SOURCE}{kind}"


def agreed(rows: Sequence[QuestionRow], read: Read, *, most: float) -> list[QuestionRow]:
    """Return the rows that a reader trained on other data does not contradict.

    An answerable row is kept where the span read overlaps an answer; an unanswerable one where
    the probability is not above `most`.
    """
    return [row for row in rows if _agrees(row, read, most)]


def _agrees(row: QuestionRow, read: Read, most: float) -> bool:
    start, end, probability = read(row.question, row.title, row.passage)
    if not row.answerable:
        return probability <= most
    return any(start < at + len(text) and at < end for at, text in row.answers)


def _replies(written: Path) -> dict[str, str]:
    return {one["key"]: one["written"] for one in Journal(written).read()}


def _key(place: Place) -> str:
    asked = "\n".join((QUESTIONS_VERSION, place.title, place.text))
    return hashlib.sha256(asked.encode()).hexdigest()[:16]


def _rows(place: Place, reply: str) -> Iterator[QuestionRow]:
    seen: set[object] = set()
    for question, answer in parsed(reply):
        if fault(question, answer, title=place.title, passage=place.text):
            continue
        answers = answers_in(question, answer, place.text)
        if question.lower() in seen or answers in seen:
            continue
        seen |= {question.lower(), answers}
        yield QuestionRow(
            question, place.title, place.text, answers, True, source_of(place, MADE), place.article
        )
