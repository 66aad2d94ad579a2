"""What the embedding model is fine-tuned on: questions beside the passages that answer them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from evals.reader.negatives import with_negatives
from evals.reader.rows import QuestionRow
from evals.reader.training_set import Passage
from ingest.passages import Heading, cut_passages
from rag.library.records import Paragraph
from rag.models.embedder import Embedder

BATCH = 48
"""Questions of a batch; each passage of it is a negative of every question but its own."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question, what is embedded of the passage that answers, and of one that is only like it."""

    question: str
    passage: str
    negative: str | None = None


def pairs_of(rows: Sequence[QuestionRow], embedder: Embedder, *, seed: int) -> list[Pair]:
    """Return every question that is answered; the others only lend their passages as negatives."""

    @cache
    def header(title: str) -> str:
        # The library writes it for a passage, whatever that says: here of one letter.
        heading = Heading(title, None, None)
        cut = cut_passages("A", (Paragraph(1, 0, 1),), heading, embedder, target=embedder.window)
        return cut[0].header

    def text(passage: Passage) -> str:
        return f"{header(passage.title)}\n{passage.text}"

    examples = with_negatives(rows, embedder, most=1, seed=seed)
    return [
        Pair(one.question, text(one.passage), text(one.negatives[0]) if one.negatives else None)
        for one in examples
        if one.spans
    ]


def plan(
    pairs: Sequence[Pair], *, seed: int, number: int, size: int = BATCH
) -> list[tuple[Pair, ...]]:
    """Return the batches of an epoch, in an order that depends on the seed and its number alone.

    No passage answers twice in a batch: it would be taken for a wrong answer to one of the two
    questions. What that leaves over is in the last batches, which may be small.
    """
    # Not for secrets: the same seed must give the same order.
    waiting = list(pairs)
    random.Random(f"{seed}/{number}").shuffle(waiting)  # noqa: S311
    batches: list[tuple[Pair, ...]] = []
    while waiting:
        batch: dict[str, Pair] = {}
        later: list[Pair] = []
        for pair in waiting:
            if len(batch) < size and pair.passage not in batch:
                batch[pair.passage] = pair
            else:
                later.append(pair)
        batches.append(tuple(batch.values()))
        waiting = later
    return batches


def passages_of(batch: Sequence[Pair]) -> list[str]:
    """Return the passages of a batch, each once: that of question n is the n-th, negatives last."""
    negatives = (pair.negative for pair in batch if pair.negative is not None)
    return list(dict.fromkeys([*(pair.passage for pair in batch), *negatives]))
