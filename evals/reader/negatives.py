"""Passages that are like a question and do not answer it: found as the library finds them."""

import random
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evals.reader.rows import QuestionRow
from evals.reader.training_set import Passage, QuestionExample
from rag.analysis import content_terms
from rag.models.embedder import Embedder, Input
from rag.reader.format import passage_text

NEAREST = 12
"""Passages of all that are looked at for each question."""

KIN = 4
"""Passages of its own article that are looked at besides."""


def with_negatives(
    rows: Sequence[QuestionRow], embedder: Embedder, *, most: int, seed: int
) -> list[QuestionExample]:
    """Return the rows as examples; each that is answered has at most `most` negatives.

    They are chosen by a seed among the nearest passages of all and the nearest of its article
    that hold none of the answers.
    """
    passages = list(dict.fromkeys((row.group, row.title, row.passage) for row in rows))
    texts = [passage_text(title, text) for _, title, text in passages]
    vectors = np.stack([e.vector for e in embedder.encode(Input(text) for text in texts)])
    groups = np.array([group for group, _, _ in passages])
    held = [frozenset(content_terms(text)) for _, _, text in passages]
    order = random.Random(seed)  # noqa: S311 (not for secrets)
    examples = []
    for row in rows:
        negatives: list[Passage] = []
        if row.answers:
            similar = vectors @ embedder.query(row.question)
            near = _nearest(similar, groups == row.group)
            order.shuffle(near)
            answers = [frozenset(content_terms(answer)) for _, answer in row.answers]
            fit = (passages[n] for n in near if passages[n][2] != row.passage
                   and not any(words <= held[n] for words in answers))  # fmt: skip
            negatives = [Passage(title, text) for _, title, text in fit][:most]
        spans = tuple((start, start + len(text)) for start, text in row.answers)
        passage = Passage(row.title, row.passage)
        examples.append(QuestionExample(row.question, passage, spans, tuple(negatives)))
    return examples


def _nearest(similar: NDArray[np.float32], own: NDArray[np.bool_]) -> list[int]:
    every = np.argsort(-similar, kind="stable")[:NEAREST]
    kin = np.argsort(-np.where(own, similar, -np.inf), kind="stable")[:KIN]
    kin = kin[own[kin]]
    return [int(n) for n in dict.fromkeys([*every, *kin])]
