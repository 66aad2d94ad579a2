"""Find the passages that may answer: dense and lexical, fused, dated, and copies folded."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import log

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from rag.fusion import reciprocal_rank_fusion, with_neighbours
from rag.library import catalogue
from rag.library.dense import DenseSearch
from rag.library.rows import NO_FILTERS, Filters, StoredPassage
from rag.library.writer import INT8
from rag.periods import FOLLOW_UP_DAYS, Period
from rag.question import Question
from rag.reader.reading import Reading
from rag.settings import Settings

DIGITS = 9
"""Scores that agree so far are equal: fused ranks often are."""

MOST_PERIODS = 3
"""Times of a question that are looked up on their own."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage with its scores: `score` orders the hits; the others explain it.

    `cosine` and `best_sentence` are similarities to the question in [-1, 1], `lexical` is bm25 or
    0, `sentence_cosines` has one similarity for each sentence of the passage, `reading` is what the
    reader found in it, if it was read.
    """

    passage: StoredPassage
    score: float
    cosine: float
    best_sentence: float
    lexical: float
    sentence_cosines: NDArray[np.float32]
    dated: bool
    reading: Reading | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """The hits, best first, and the weight (idf) of each of the question's terms."""

    hits: tuple[Hit, ...]
    weights: dict[str, float]
    vector: NDArray[np.float32]


def match_expression(question: Question) -> str:
    """Return the FTS5 expression of a question: any of its terms, phrases besides."""
    quoted = [f'"{term}"' for term in question.terms]
    quoted += ['"' + " ".join(phrase) + '"' for phrase in question.phrases]
    return " OR ".join(quoted)


def sentence_cosines(passage: StoredPassage, vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the similarity of each of the passage's sentences to the question (sentences,)."""
    if not len(passage.sentence_vectors):
        return np.zeros(0, np.float32)
    cosines: NDArray[np.float32] = passage.sentence_vectors.astype(np.float32) @ vector
    return (cosines / INT8).astype(np.float32)


def idf(db: Connection, terms: Sequence[str], passages: int) -> dict[str, float]:
    """Return the weight of each term: log(1 + N / (1 + n)) for n of N passages that hold it."""
    counts = catalogue.document_counts(db, terms)
    return {term: log(1 + passages / (1 + counts.get(term, 0))) for term in terms}


def retrieve(
    db: Connection,
    dense: DenseSearch,
    question: Question,
    vector: NDArray[np.float32],
    settings: Settings,
    *,
    filters: Filters = NO_FILTERS,
    limit: int | None = None,
) -> Found:
    """Return the best passages for a question, best first.

    Dense and lexical candidates are fused by rank; the dense rank counts the best sentence beside
    the whole passage; passages of the time that the question names gain by `date_factor`; each
    gains a share of its better neighbour. Copies of one story fold into their best.
    """
    near, bm25 = _candidates(db, dense, question, vector, settings, filters)
    passages = catalogue.load_passages(db, near | bm25.keys())
    hits = {
        number: _hit(passage, vector, bm25.get(number, 0.0), question)
        for number, passage in passages.items()
    }
    scores = _scores(hits, bm25, settings)
    ordered = sorted(scores, key=lambda n: (-round(scores[n], DIGITS), *_tie(hits[n])))
    kept = _fold([hits[number] for number in ordered], per_article=settings.article_passages)
    best = tuple(_scored(hit, scores[hit.passage.id]) for hit in kept[: limit or settings.results])
    total = catalogue.passage_count(db)
    return Found(best, idf(db, question.terms, total), vector)


def _candidates(
    db: Connection,
    dense: DenseSearch,
    question: Question,
    vector: NDArray[np.float32],
    settings: Settings,
    filters: Filters,
) -> tuple[set[int], dict[int, float]]:
    """Return dense candidates, and lexical ones with their bm25.

    Where the question names days or months, some come from those alone: in a large library the
    best of a month may not be among the best of all.
    """
    among = catalogue.allowed(db, filters) if filters else None
    match = match_expression(question)
    counts = settings.dense_candidates, settings.lexical_candidates
    near = {n for n, _ in dense.search(db, vector, counts[0], among=among)}
    bm25 = dict(catalogue.lexical(db, match, limit=counts[1], among=among))
    for period in question.periods[:MOST_PERIODS]:
        dated = _within(filters, period)
        if dated is None:
            continue
        then = catalogue.allowed(db, dated)
        near |= {n for n, _ in dense.search(db, vector, counts[0] // 2, among=then)}
        bm25 |= dict(catalogue.lexical(db, match, limit=counts[1] // 2, among=then))
    return near, bm25


def _within(filters: Filters, period: Period) -> Filters | None:
    """Narrow the filters to a day and the ones after it, or a month; None for a whole year."""
    span = period.span()
    if span is None or period.month is None:
        return None
    first, last = span
    if period.day is not None:
        last = str(date.fromisoformat(last) + timedelta(days=FOLLOW_UP_DAYS))
    return replace(
        filters,
        since=max(first, filters.since or first),
        until=min(last, filters.until or last),
    )


def _hit(
    passage: StoredPassage, vector: NDArray[np.float32], bm25: float, question: Question
) -> Hit:
    cosines = sentence_cosines(passage, vector)
    dates = (passage.published, *passage.event_dates)
    return Hit(
        passage=passage,
        score=0.0,
        cosine=float(passage.vector @ vector),
        best_sentence=float(cosines.max(initial=-1.0)),
        lexical=bm25,
        sentence_cosines=cosines,
        dated=any(period.covers(day) for period in question.periods for day in dates),
    )


def _scored(hit: Hit, score: float) -> Hit:
    return replace(hit, score=score)


def _scores(
    hits: dict[int, Hit],
    bm25: Mapping[int, float],
    settings: Settings,
) -> dict[int, float]:
    dense_score = {
        n: hit.cosine + settings.sentence_weight * hit.best_sentence for n, hit in hits.items()
    }
    dense_rank = sorted(hits, key=lambda n: (-dense_score[n], *_tie(hits[n])))
    matched = (n for n in bm25 if n in hits)
    lexical_rank = sorted(matched, key=lambda n: (-round(bm25[n], DIGITS), *_tie(hits[n])))
    fused = reciprocal_rank_fusion([dense_rank, lexical_rank], k=settings.fusion_k)
    dated = {n: s * (settings.date_factor if hits[n].dated else 1.0) for n, s in fused.items()}
    places = {n: (hit.passage.version, hit.passage.ordinal) for n, hit in hits.items()}
    return with_neighbours(dated, places, weight=settings.neighbour_weight)


def _tie(hit: Hit) -> tuple[float, str, int]:
    """Return what decides between equal scores: never the order in which articles were added."""
    return -hit.cosine, hit.passage.article_id, hit.passage.ordinal


def _fold(hits: Sequence[Hit], *, per_article: int) -> list[Hit]:
    """Keep of each story only the article whose passage ranks first; limit each article's part.

    Beyond `per_article` passages an article's come after everybody else's: one source, true or
    planted, cannot fill the whole list.
    """
    chosen: dict[int, str] = {}
    counts: dict[str, int] = {}
    first: list[Hit] = []
    later: list[Hit] = []
    for hit in hits:
        name, story = hit.passage.article_id, hit.passage.story
        if story is not None and chosen.setdefault(story, name) != name:
            continue
        counts[name] = counts.get(name, 0) + 1
        (first if counts[name] <= per_article else later).append(hit)
    return first + later
