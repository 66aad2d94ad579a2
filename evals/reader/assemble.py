"""Put the rows of all sources together: what is trained on, and what is kept to watch by."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from evals.reader.negatives import with_negatives
from evals.reader.overlap import Forbidden
from evals.reader.rows import QuestionRow, SupportRow
from evals.reader.single import single_sentences
from evals.reader.training_set import SupportExample, TrainingSet
from rag.models.embedder import Embedder
from rag.reader.format import LABELS

WATCHED = 0.08
"""Share of the articles that are not trained on, so that learning can be watched."""


@dataclass(frozen=True, slots=True)
class Rows:
    """Questions and claims together."""

    questions: tuple[QuestionRow, ...]
    claims: tuple[SupportRow, ...]


def allowed(
    questions: Iterable[QuestionRow], claims: Iterable[SupportRow], forbidden: Forbidden
) -> Rows:
    """Return the rows that touch nothing that is measured by.

    A question goes with all of its article: the paragraph of a question that is measured by may
    stand beside this one.
    """
    every = tuple(questions)
    touched = {row.group for row in every if forbidden.touches(row)}
    return Rows(
        tuple(row for row in every if row.group not in touched),
        tuple(row for row in claims if not forbidden.touches(row)),
    )


def split(rows: Rows) -> tuple[Rows, Rows]:
    """Return what is trained on and what is watched, by the name of the article alone."""
    parts = []
    for watched in (False, True):
        questions = tuple(r for r in rows.questions if is_watched(r.group) == watched)
        claims = tuple(r for r in rows.claims if is_watched(r.group) == watched)
        parts.append(Rows(questions, claims))
    return parts[0], parts[1]


def is_watched(group: str) -> bool:
    """Whether an article is kept to watch by."""
    return int.from_bytes(sha256(group.encode()).digest()[:4]) < WATCHED * 2**32


def training_set(
    rows: Rows, embedder: Embedder, *, negatives: int, singles: bool, seed: int
) -> TrainingSet:
    """Return the rows as examples, each question with at most `negatives` hard negatives.

    With `singles`, single sentences of the passages are examples too.
    """
    questions = with_negatives(rows.questions, embedder, most=negatives, seed=seed)
    if singles:
        questions += single_sentences(rows.questions, embedder, seed=seed)
    return TrainingSet(questions, claims_of(rows.claims))


def claims_of(rows: Sequence[SupportRow]) -> list[SupportExample]:
    """Return claims as examples."""
    return [SupportExample(r.claim, r.evidence, LABELS.index(r.label)) for r in rows]
