"""Weigh what the reader reads beside what retrieval finds, on gold questions of the dev split.

`python -m evals.reader.fitting LIBRARY` prints the weights of `rag.rerank`.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from math import exp, log
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from evals.case import GoldGroup, Place, gold_groups
from evals.gold.articles import record_of
from evals.gold.files import read_gold
from rag.errors import UsageError
from rag.library import catalogue
from rag.library.library import Library, open_library
from rag.library.rows import VersionText
from rag.models.embedder import Embedder
from rag.models.load import load_embedder
from rag.question import Question, understand
from rag.reader.load import load_reader
from rag.rerank import (
    LEAST,
    READ,
    WEIGHTS,
    PassageReader,
    Weights,
    log_odds,
    reranked,
    sentence_signs,
    sentences_read,
)
from rag.retrieve import Found, Hit, retrieve
from rag.select import Candidate, candidates
from rag.settings import Settings, load_settings

PASSAGE_SIGNS = 2
"""The first of `Weights` weigh passages, the others sentences; both beside a score."""

RIDGE = 0.01
"""Strength of the penalty on the weights, per question."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Choice:
    """What there is to choose from, a row of signs each (n, k), and which are right (n,)."""

    signs: Floats
    right: Bools


@dataclass(frozen=True, slots=True)
class Read:
    """A question with the passages found, as they were read."""

    question: Question
    gold: tuple[GoldGroup, ...]
    found: Found
    versions: dict[int, VersionText]


def read_questions(
    library: Library,
    embedder: Embedder,
    reader: PassageReader,
    settings: Settings,
    gold: Path,
) -> Iterator[Read]:
    """Yield every answerable question of a gold file that stands alone, its passages read."""
    record = record_of(library)
    for question in (placed.question for placed in read_gold([gold])):
        groups = gold_groups(question, record)
        if not groups or question.history:
            continue
        asked = understand(question.question)
        vector = embedder.query(question.question)
        with library.reading() as db:
            found = retrieve(db, library.dense, asked, vector, settings, limit=READ)
            versions = catalogue.read_versions(db, {hit.passage.version for hit in found.hits})
        plain = found.hits
        found = reranked(question.question, found, versions, reader)
        # As retrieval ordered them: what that is worth is to be found, too.
        readings = {hit.passage.id: hit.reading for hit in found.hits}
        hits = tuple(replace(hit, reading=readings[hit.passage.id]) for hit in plain)
        yield Read(asked, groups, replace(found, hits=hits), versions)


def passage_choice(read: Read) -> Choice:
    """Return the passages found with the signs that `Weights` weighs of a passage."""
    best = read.found.hits[0].score
    return Choice(
        np.array([_passage_signs(hit, best) for hit in read.found.hits]),
        np.array([_is_gold(_place_of(hit), read.gold) for hit in read.found.hits]),
    )


def sentence_choice(
    read: Read, weights: Weights, reader: PassageReader, settings: Settings
) -> Choice:
    """Return the sentences of the passages as the weights rank them, with a sentence's signs."""
    best = read.found.hits[0].score
    told = 1.0, *astuple(weights)[:PASSAGE_SIGNS]
    logits = {
        hit.passage.id: float(np.dot(_passage_signs(hit, best), told)) for hit in read.found.hits
    }
    highest = max(logits.values())
    hits = [replace(hit, score=exp(logits[hit.passage.id] - highest)) for hit in read.found.hits]
    hits.sort(key=lambda hit: -hit.score)
    found = replace(read.found, hits=tuple(hits[: settings.results]))
    ranked = candidates(read.question, found, read.versions, settings)
    ranked = sentences_read(read.question.text, ranked, reader)
    signs = [(c.score, *more) for c, more in zip(ranked, sentence_signs(ranked), strict=True)]
    return Choice(
        np.array(signs).reshape(len(ranked), -1),
        np.array([_is_gold(_place_of_candidate(c), read.gold) for c in ranked], dtype=bool),
    )


def _passage_signs(hit: Hit, best: float) -> tuple[float, ...]:
    assert hit.reading is not None  # noqa: S101 (all hits were read)
    return (
        log(max(hit.score / best, LEAST)),
        hit.reading.relevance,
        log_odds(hit.reading.answerable),
    )


def _place_of(hit: Hit) -> Place:
    return Place(hit.passage.article_id, hit.passage.start, hit.passage.end)


def _place_of_candidate(candidate: Candidate) -> Place:
    article = candidate.version.info.article_id
    return Place(article, candidate.sentence.start, candidate.sentence.end)


def _is_gold(place: Place, gold: Sequence[GoldGroup]) -> bool:
    """Whether a place holds half of a stretch of the evidence, or that stretch half of it."""
    return any(
        2 * place.overlap(one) >= min(place.end - place.start, one.end - one.start)
        for group in gold
        for one in group.places
    )


def fit(choices: Sequence[Choice]) -> Floats:
    """Return the weights (k,) under which what is right is most likely to be chosen.

    The conditional logit (McFadden, 1974), any of the right ones counting, with an L2 penalty;
    a question without a right one, or with nothing else, teaches nothing.
    """
    from scipy.optimize import minimize

    telling = [c for c in choices if c.right.any() and not c.right.all()]
    if not telling:
        raise UsageError("No question has a right passage among others; nothing can be fitted.")
    scale = np.concatenate([c.signs for c in telling]).std(0)
    scale[scale == 0] = 1.0

    def loss(weights: Floats) -> float:
        total = 0.0
        for choice in telling:
            logits = choice.signs / scale @ weights
            total += np.logaddexp.reduce(logits) - np.logaddexp.reduce(logits[choice.right])
        return float(total / len(telling) + RIDGE * (weights**2).sum())

    bounds = [(0.0, None)] * len(scale)  # no sign may speak against what it is a sign of
    best = minimize(loss, np.ones(len(scale)) * 0.1, method="L-BFGS-B", bounds=bounds).x
    return np.asarray(best / scale)


def hit_at(choices: Sequence[Choice], weights: Floats, most: int) -> float:
    """Return the share of the questions with a right one among the first."""
    hits = [
        bool(c.right[np.argsort(-(c.signs @ weights), kind="stable")[:most]].any()) for c in choices
    ]
    return float(np.mean(hits))


def fitted(reads: Sequence[Read], reader: PassageReader, settings: Settings) -> Weights:
    """Return the weights for passages, then those for sentences of the passages so ranked."""
    passages = _beside_score([passage_choice(read) for read in reads])
    weights = Weights(*passages, span=0.0, sentence=0.0)
    choices = [sentence_choice(read, weights, reader, settings) for read in reads]
    return Weights(*passages, *_beside_score(choices))


def _beside_score(choices: Sequence[Choice]) -> tuple[float, float]:
    """Return what the two signs behind the score weigh, the score weighing 1."""
    score, first, second = map(float, fit(choices))
    return first / score, second / score


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the weights, and what they are worth beside retrieval alone and the present ones."""
    parser = argparse.ArgumentParser(prog="python -m evals.reader.fitting", description=__doc__)
    parser.add_argument("library", type=Path)
    parser.add_argument("--gold", type=Path, default=Path("data/gold/dev.jsonl"))
    given = parser.parse_args(arguments)
    settings, _ = load_settings(library=given.library)
    embedder, reader = load_embedder(settings), load_reader(settings)
    if reader is None:
        raise UsageError("There is no reader here; make it with: make reader")
    library = open_library(given.library, embedding=embedder.identity)
    reads = list(read_questions(library, embedder, reader, settings, given.gold))
    weights = fitted(reads, reader, settings)
    alone = Weights(0.0, 0.0, span=0.0, sentence=0.0)
    for name, chosen in (("fitted", weights), ("present", WEIGHTS), ("not read", alone)):
        of_passages, of_sentences = np.split(np.array(astuple(chosen)), [PASSAGE_SIGNS])
        passages = [passage_choice(read) for read in reads]
        sentences = [sentence_choice(read, chosen, reader, settings) for read in reads]
        sys.stdout.write(
            f"{name}: {chosen}\n"
            f"  passages: {_shares(passages, np.array([1.0, *of_passages]))}\n"
            f"  sentences: {_shares(sentences, np.array([1.0, *of_sentences]))}\n"
        )


def _shares(choices: Sequence[Choice], weights: Floats) -> str:
    return ", ".join(f"hit@{n} {hit_at(choices, weights, n):.3f}" for n in (1, 3, 5))


if __name__ == "__main__":
    main()
