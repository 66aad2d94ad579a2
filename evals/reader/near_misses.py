"""Questions put to a passage beside the one that answers them: alike, and without the answer."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from evals.reader.asked import stands_in
from evals.reader.places import Place
from evals.reader.questions import source_of
from evals.reader.rows import QuestionRow
from rag.analysis import content_terms, terms
from rag.names import find_names, is_named
from rag.numbers import find_numbers

NEAR_MISS = "near miss"
MOST_SHARED = 0.5
"""Share of an answer's words from which another passage may say the same."""


def near_misses(rows: Sequence[QuestionRow], places: Sequence[Place]) -> list[QuestionRow]:
    """Return, for each answerable row, at most one of the same question that has no answer.

    Of the neighbouring passages that hold neither the answer nor any number or name of it, the
    one that shares most words with the question is taken.
    """
    by_text = {(place.article, place.text): place for place in places}
    found = ((row, by_text.get((row.group, row.passage))) for row in rows if row.answerable)
    return [missed for row, place in found if place for missed in _missed(row, place)]


def _missed(row: QuestionRow, place: Place) -> Iterator[QuestionRow]:
    without = [text for text in place.neighbours if not _may_answer(row, text)]
    wanted = set(content_terms(row.question))
    shared = [len(wanted & set(content_terms(text))) for text in without]
    if any(shared):
        nearest = without[shared.index(max(shared))]
        source = source_of(place, NEAR_MISS)
        yield replace(row, passage=nearest, answers=(), answerable=False, source=source)


def _may_answer(row: QuestionRow, passage: str) -> bool:
    texts = {text for _, text in row.answers}
    return any(_holds(answer, passage) for answer in texts)


def _holds(answer: str, passage: str) -> bool:
    """Whether a passage has the answer, or a name or number of it, or most of its words."""
    if stands_in(answer, passage):
        return True
    there = frozenset(terms(passage))
    values = {number.value for number in find_numbers(passage)}
    if any(number.value in values for number in find_numbers(answer)):
        return True
    if any(is_named(name, there) for name in find_names(f"The {answer}")):
        return True
    words = content_terms(answer)
    return sum(word in there for word in words) >= MOST_SHARED * len(words)
