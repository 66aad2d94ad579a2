"""Put first, of the passages found, those in which the reader reads an answer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import exp, log
from typing import Protocol, runtime_checkable

from rag.library.rows import VersionText
from rag.question import Question
from rag.reader.reading import Reading
from rag.retrieve import Found, Hit
from rag.select import Candidate

READ = 30
"""Passages that are read."""

LEAST = 1e-6
"""What a share or a probability counts at least, so that its logarithm is finite."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign of a passage, and of a sentence in it, weighs.

    Of a passage: the logarithm of its share of the best retrieval score, the reader's relevance,
    its log-odds that the passage answers. Of a sentence, beside its own score: the probability
    that the answer's span lies in it, and that its passage answers.
    """

    retrieval: float
    relevance: float
    answerable: float
    span: float
    answers: float


WEIGHTS = Weights(retrieval=1.0, relevance=0.5, answerable=0.2, span=0.3, answers=0.2)
"""A first guess, to be fitted with the reader that is shipped (`evals.reader.fitting`)."""


@runtime_checkable
class PassageReader(Protocol):
    """What reads passages: `rag.reader.reader.Reader`."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        """Return what is found in each passage, given as (title, text), in the order given."""


def reranked(
    question: str,
    found: Found,
    versions: Mapping[int, VersionText],
    reader: PassageReader,
    *,
    weights: Weights = WEIGHTS,
) -> Found:
    """Return the hits with what was read in them, best first; their scores are at most 1.

    The first `READ` are read; those behind stay where they are.
    """
    if not found.hits:
        return found
    first, rest = found.hits[:READ], found.hits[READ:]
    texts = [(hit.passage.title, _text(hit, versions)) for hit in first]
    readings = reader.read(question, texts)
    best = first[0].score
    logits = [
        _logit(hit.score / best, reading, weights)
        for hit, reading in zip(first, readings, strict=True)
    ]
    highest = max(logits)
    hits = [
        replace(hit, score=exp(logit - highest), reading=reading)
        for hit, logit, reading in zip(first, logits, readings, strict=True)
    ]
    hits.sort(key=lambda hit: -hit.score)
    least = hits[-1].score
    behind = [replace(hit, score=least * hit.score / best) for hit in rest]
    return replace(found, hits=(*hits, *behind))


def _text(hit: Hit, versions: Mapping[int, VersionText]) -> str:
    return versions[hit.passage.version].text[hit.passage.start : hit.passage.end]


def _logit(share: float, reading: Reading, weights: Weights) -> float:
    return (
        weights.retrieval * log(max(share, LEAST))
        + weights.relevance * reading.relevance
        + weights.answerable * log_odds(reading.answerable)
    )


def log_odds(probability: float) -> float:
    """Return log(p / (1 - p)), finite."""
    inside = min(max(probability, LEAST), 1 - LEAST)
    return log(inside / (1 - inside))


@dataclass(frozen=True, slots=True)
class ReaderScorer:
    """The `rag.select.SentenceScorer` by what was read: a sentence that holds the span gains."""

    weights: Weights = WEIGHTS

    def __call__(self, question: Question, candidates: Sequence[Candidate]) -> list[float]:  # noqa: ARG002
        """Return one score for each candidate; unchanged where its passage was not read."""
        return [self._score(candidate) for candidate in candidates]

    def _score(self, candidate: Candidate) -> float:
        reading = candidate.hit.reading
        if reading is None:
            return candidate.score
        span = exp(span_log_probability(candidate))
        return (
            candidate.score + self.weights.span * span + self.weights.answers * reading.answerable
        )


def span_log_probability(candidate: Candidate) -> float:
    """Return the log-probability that the answer's span lies in a sentence; -inf if not read."""
    hit, sentence = candidate.hit, candidate.sentence
    if hit.reading is None:
        return float("-inf")
    shift = hit.passage.start
    return hit.reading.sentence_scores([(sentence.start - shift, sentence.end - shift)])[0]
