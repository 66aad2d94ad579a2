"""From examples to padded arrays, in an order that depends on the seed and the epoch alone."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from evals.reader.training_set import Passage, QuestionExample, SupportExample, TrainingSet
from rag.reader.encode import Pair, encode_pair
from rag.reader.format import passage_text, text_start

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BATCH_TOKENS = 4096
"""Tokens of a batch, padding included: as many short texts as long ones would fill."""

POOL = 40
"""Batches' worth of examples that are sorted by length together, so that little is padding."""

STEP = 16
"""Widths are multiples of it: torch keeps something for every shape that it has seen."""

CHARACTERS_PER_TOKEN = 4
OVERHEAD = 8


@dataclass(frozen=True, slots=True)
class Padded:
    """Token ids, segments and mask, each (texts, tokens)."""

    ids: Ints
    types: Ints
    mask: Ints


@dataclass(frozen=True, slots=True)
class QuestionBatch:
    """Questions with passages; those of one question stand together, its own passage first.

    `starts` and `ends` (texts, tokens) mark the tokens at which an accepted answer starts and
    ends: the first token of all where the passage does not answer. `readable` (texts, tokens)
    marks the tokens at which one may. `groups` are the (first, behind the last) text of each
    question whose passages are to be ranked.
    """

    texts: Padded
    starts: Bools
    ends: Bools
    readable: Bools
    answers: Bools
    groups: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class ClaimBatch:
    """Claims with evidence, and the index of each one's label (texts,)."""

    texts: Padded
    labels: Ints


Batch = QuestionBatch | ClaimBatch
Example = QuestionExample | SupportExample


def epoch(
    training: TrainingSet, tokenizer: Tokenizer, *, seed: int, number: int, skip: int = 0
) -> Iterator[Batch]:
    """Yield the batches of an epoch; the first `skip` are not made."""
    for examples in plan(training, seed=seed, number=number)[skip:]:
        yield batch_of(examples, tokenizer)


def plan(training: TrainingSet, *, seed: int, number: int) -> list[list[Example]]:
    """Return the examples of every batch of an epoch, questions and claims apart, in order."""
    # Not for secrets: the same seed must give the same order.
    order = random.Random(f"{seed}/{number}")  # noqa: S311
    batches: list[list[Example]] = []
    for examples in (training.questions, training.claims):
        mixed: list[Example] = list(examples)
        order.shuffle(mixed)
        batches += _batches(mixed)
    order.shuffle(batches)
    return batches


def _batches(examples: Sequence[Example]) -> Iterator[list[Example]]:
    """Cut examples into batches of `BATCH_TOKENS`, each of texts that are about as long."""
    at_once = POOL * 16
    for first in range(0, len(examples), at_once):
        batch: list[Example] = []
        longest = rows = 0
        for example in sorted(examples[first : first + at_once], key=_length):
            longest = max(longest, _length(example))
            rows += _rows(example)
            if batch and rows * longest > BATCH_TOKENS:
                yield batch
                batch, rows = [], _rows(example)
            batch.append(example)
        if batch:
            yield batch


def _rows(example: Example) -> int:
    return 1 + len(example.negatives) if isinstance(example, QuestionExample) else 1


def _length(example: Example) -> int:
    """Guess the tokens of an example's longest text."""
    if isinstance(example, SupportExample):
        characters = len(example.claim) + len(example.evidence)
    else:
        passages = (example.passage, *example.negatives)
        longest = max(len(p.title) + len(p.text) for p in passages)
        characters = len(example.question) + longest
    return characters // CHARACTERS_PER_TOKEN + OVERHEAD


def batch_of(examples: Sequence[Example], tokenizer: Tokenizer) -> Batch:
    """Return the arrays of examples of one kind."""
    questions = [e for e in examples if isinstance(e, QuestionExample)]
    if questions:
        return _question_batch(questions, tokenizer)
    claims = [e for e in examples if isinstance(e, SupportExample)]
    pairs = [encode_pair(tokenizer, c.claim, c.evidence) for c in claims]
    return ClaimBatch(padded(pairs), np.array([c.label for c in claims], dtype=np.int64))


def encoded(tokenizer: Tokenizer, question: str, passage: Passage) -> Pair:
    """Return a question with a passage as the reader is given it."""
    return encode_pair(tokenizer, question, passage_text(passage.title, passage.text))


def padded(pairs: Sequence[Pair]) -> Padded:
    """Return arrays as wide as the longest pair, rounded up."""
    longest = max(len(pair.ids) for pair in pairs)
    width = -(-longest // STEP) * STEP
    ids = np.zeros((len(pairs), width), np.int64)
    types, mask = np.zeros_like(ids), np.zeros_like(ids)
    for row, pair in enumerate(pairs):
        size = len(pair.ids)
        ids[row, :size] = pair.ids
        types[row, :size] = pair.types
        mask[row, :size] = 1
    return Padded(ids, types, mask)


def _question_batch(questions: Sequence[QuestionExample], tokenizer: Tokenizer) -> QuestionBatch:
    pairs: list[Pair] = []
    spans: list[tuple[tuple[int, int], ...]] = []
    shifts: list[int] = []
    groups: list[tuple[int, int]] = []
    for question in questions:
        first = len(pairs)
        for passage in (question.passage, *question.negatives):
            pairs.append(encoded(tokenizer, question.question, passage))
            spans.append(question.spans if len(pairs) == first + 1 else ())
            shifts.append(text_start(passage.title))
        if question.spans and question.negatives:
            groups.append((first, len(pairs)))
    texts = padded(pairs)
    starts, ends, readable = (np.zeros(texts.ids.shape, np.bool_) for _ in range(3))
    for row, (pair, wanted, shift) in enumerate(zip(pairs, spans, shifts, strict=True)):
        _mark(pair, wanted, shift, starts[row], ends[row], readable[row])
    return QuestionBatch(texts, starts, ends, readable, ~starts[:, 0], tuple(groups))


def _mark(
    pair: Pair,
    spans: Sequence[tuple[int, int]],
    shift: int,
    starts: Bools,
    ends: Bools,
    readable: Bools,
) -> None:
    """Mark where one text's answers start and end; at its first token if it has none."""
    begins = np.array([begin for begin, _ in pair.offsets])
    stops = np.array([stop for _, stop in pair.offsets])
    own = slice(pair.second, pair.second + len(pair.offsets))
    readable[own] = begins >= shift
    readable[0] = True
    for start, end in spans:
        inside = np.flatnonzero((stops > start + shift) & (begins < end + shift))
        if len(inside) and stops[inside[-1]] >= end + shift:  # not cut off by the window
            starts[pair.second + inside[0]] = True
            ends[pair.second + inside[-1]] = True
    if not starts.any():
        starts[0] = ends[0] = True
