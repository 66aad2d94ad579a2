"""Examples of single sentences: which one of a passage answers, and which only looks like it.

A passage tells the reader where an answer stands; to say which of a dozen sentences answers
best, it must have read sentences by themselves.
"""

import random
import re
from collections.abc import Iterator, Sequence

from evals.reader.rows import QuestionRow
from evals.reader.training_set import Passage, QuestionExample
from rag.analysis import content_terms
from rag.sentences import sentence_spans

OTHERS = 3
"""Sentences of its passage beside the one that answers."""

FEWEST_TERMS = 4
"""Words that carry meaning in a sentence worth ranking: no shorter one is ever quoted."""

Span = tuple[int, int]


def single_sentences(rows: Sequence[QuestionRow], *, seed: int) -> list[QuestionExample]:
    """Return an example for every row whose passage has other sentences to tell it from.

    Of a passage that answers: the sentence with the answer, and at most `OTHERS` of the passage
    without it. Of one that does not: the sentence that shares most words with the question.
    """
    order = random.Random(seed)  # noqa: S311 (not for secrets)
    return [example for row in rows for example in _of(row, order)]


def _of(row: QuestionRow, order: random.Random) -> Iterator[QuestionExample]:
    spans = list(_sentences(row.passage))
    if len(spans) < len(("one that answers", "another")):
        return
    if not row.answers:
        asked = set(content_terms(row.question))
        start, end = max(
            spans, key=lambda s: len(asked & set(content_terms(row.passage[s[0] : s[1]])))
        )
        yield QuestionExample(row.question, Passage(row.title, row.passage[start:end]), ())
        return
    first = next((s for s in spans if _inside(row, s)), None)
    if first is None:  # the answer goes over the end of a sentence
        return
    words = [frozenset(content_terms(answer)) for _, answer in row.answers]
    others = [row.passage[s:e] for s, e in spans if (s, e) != first]
    others = [o for o in others if not any(w <= set(content_terms(o)) for w in words)]
    order.shuffle(others)
    yield QuestionExample(
        row.question,
        Passage(row.title, row.passage[first[0] : first[1]]),
        tuple(_inside(row, first)),
        tuple(Passage(row.title, text) for text in others[:OTHERS]),
    )


def _inside(row: QuestionRow, sentence: Span) -> list[Span]:
    """Return where the answers stand in a sentence of the passage."""
    begin, stop = sentence
    return [
        (start - begin, start - begin + len(text))
        for start, text in row.answers
        if begin <= start and start + len(text) <= stop
    ]


def _sentences(passage: str) -> Iterator[Span]:
    for line in re.finditer(r"[^\n]+", passage):
        for start, end in sentence_spans(line.group()):
            span = line.start() + start, line.start() + end
            if len(content_terms(passage[span[0] : span[1]])) >= FEWEST_TERMS:
                yield span
