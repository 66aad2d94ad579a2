"""Examples of single sentences: which one answers, and which only looks like it.

A passage tells the reader where an answer stands; to say which of a dozen sentences of several
passages answers best, it must have read sentences by themselves.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from evals.reader.rows import QuestionRow
from evals.reader.training_set import Passage, QuestionExample
from rag.analysis import content_terms
from rag.models.embedder import Embedder, Input
from rag.reader.format import passage_text, text_start
from rag.sentences import sentence_spans

KIN = 2
"""Sentences of its own passage beside the one that answers."""

STRANGERS = 2
"""Sentences of other passages, the most like the question."""

NEAREST = 24
"""Sentences of all that are looked at for each question."""

FEWEST_TERMS = 4
"""Words that carry meaning in a sentence worth ranking: no shorter one is ever quoted."""

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence of a passage, and the words that carry meaning in it."""

    title: str
    passage: str
    span: Span
    terms: frozenset[str]

    @property
    def alone(self) -> Passage:
        return Passage(self.title, self.passage[slice(*self.span)])


def single_sentences(
    rows: Sequence[QuestionRow], embedder: Embedder, *, seed: int
) -> list[QuestionExample]:
    """Return an example for every row whose passage has other sentences to tell it from.

    Of a passage that answers: the sentence with the answer, at most `KIN` of the passage and at
    most `STRANGERS` of others without it. Of one that does not: the sentence that shares most
    words with the question.
    """
    passages = list(dict.fromkeys((row.title, row.passage) for row in rows))
    cut = {passage: list(_sentences(*passage)) for passage in passages}
    every = [sentence for passage in passages for sentence in cut[passage]]
    vectors = _vectors(passages, cut, embedder)
    order = random.Random(seed)  # noqa: S311 (not for secrets)
    examples: list[QuestionExample] = []
    for row in rows:
        own = cut[row.title, row.passage]
        if len(own) < len(("one that answers", "another")):
            continue
        if row.answers:
            nearest = np.argsort(-(vectors @ embedder.query(row.question)), kind="stable")[:NEAREST]
            examples += _answered(row, own, [every[n] for n in nearest], order)
        else:
            examples.append(_unanswered(row, own))
    return examples


def _unanswered(row: QuestionRow, own: Sequence[_Sentence]) -> QuestionExample:
    asked = set(content_terms(row.question))
    likest = max(own, key=lambda sentence: len(asked & sentence.terms))
    return QuestionExample(row.question, likest.alone, ())


def _answered(
    row: QuestionRow, own: Sequence[_Sentence], nearest: Sequence[_Sentence], order: random.Random
) -> Iterator[QuestionExample]:
    """Yield the one example; none where the answer goes over the end of a sentence."""
    first = next((sentence for sentence in own if _inside(row, sentence.span)), None)
    if first is None:
        return
    answers = [frozenset(content_terms(answer)) for _, answer in row.answers]

    def wrong(sentence: _Sentence) -> bool:
        return sentence != first and not any(words <= sentence.terms for words in answers)

    kin = list(filter(wrong, own))
    strangers = [s for s in filter(wrong, nearest) if s.passage != row.passage]
    order.shuffle(kin)
    order.shuffle(strangers)
    others = (*kin[:KIN], *strangers[:STRANGERS])
    spans = tuple(_inside(row, first.span))
    yield QuestionExample(row.question, first.alone, spans, tuple(other.alone for other in others))


def _vectors(
    passages: Sequence[tuple[str, str]],
    cut: dict[tuple[str, str], list[_Sentence]],
    embedder: Embedder,
) -> NDArray[np.float32]:
    """Return the vector of every sentence, from its passage's pass as the library has it."""

    def given() -> Iterator[Input]:
        for title, text in passages:
            shift = text_start(title)
            spans = ((s + shift, e + shift) for s, e in (one.span for one in cut[title, text]))
            yield Input(passage_text(title, text), tuple(spans))

    return np.concatenate([encoded.spans for encoded in embedder.encode(given())])


def _inside(row: QuestionRow, sentence: Span) -> list[Span]:
    """Return where the answers stand in a sentence of the passage."""
    begin, stop = sentence
    return [
        (start - begin, start - begin + len(text))
        for start, text in row.answers
        if begin <= start and start + len(text) <= stop
    ]


def _sentences(title: str, passage: str) -> Iterator[_Sentence]:
    for line in re.finditer(r"[^\n]+", passage):
        for start, end in sentence_spans(line.group()):
            span = line.start() + start, line.start() + end
            terms = frozenset(content_terms(passage[slice(*span)]))
            if len(terms) >= FEWEST_TERMS:
                yield _Sentence(title, passage, span, terms)
