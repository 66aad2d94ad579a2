"""Put first what the reader reads an answer in: of the passages found, then of their sentences."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from math import exp, fsum, log
from operator import mul
from typing import Protocol, runtime_checkable

from rag.library.rows import VersionText
from rag.reader.reading import Reading
from rag.retrieve import Found, Hit
from rag.select import Candidate

READ = 12
"""Passages that are read. With 30 of them the first five were as often right (gold, dev split) or
less often (TIME), and an answer took 110 ms more."""

SENTENCES = 12
"""Sentences of them that are then read by themselves."""

LEAST = 1e-6
"""What a share or a probability counts at least, so that its logarithm is finite."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each sign of a passage, and of a sentence in it, weighs.

    Of a passage, beside the logarithm of its retrieval score: the reader's relevance, its log-odds
    that the passage answers. Of a sentence, beside its own score: the probability that the
    answer's span lies in it as its passage was read, and its relevance as it was read by itself,
    less the highest.
    """

    relevance: float
    answerable: float
    span: float
    sentence: float


WEIGHTS = Weights(relevance=0.092, answerable=0.021, span=0.1, sentence=0.04)
"""Fitted on the dev split, 30 passages read (`evals.reader.fitting`)."""


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
        log(max(share, LEAST))
        + weights.relevance * reading.relevance
        + weights.answerable * log_odds(reading.answerable)
    )


def log_odds(probability: float) -> float:
    """Return log(p / (1 - p)), finite."""
    inside = min(max(probability, LEAST), 1 - LEAST)
    return log(inside / (1 - inside))


def sentences_reranked(
    question: str,
    ranked: Sequence[Candidate],
    reader: PassageReader,
    *,
    weights: Weights = WEIGHTS,
) -> list[Candidate]:
    """Return the sentences, best first, with what was read in the first `SENTENCES` of them."""
    read = sentences_read(question, ranked, reader)
    told = (weights.span, weights.sentence)
    scored = [
        replace(candidate, score=candidate.score + fsum(map(mul, told, signs)))
        for candidate, signs in zip(read, sentence_signs(read), strict=True)
    ]
    return sorted(scored, key=lambda candidate: -candidate.score)


def interleaved(ranked: Sequence[Candidate], unread: Sequence[Candidate]) -> list[Candidate]:
    """Return the sentences as the two orders name them in turn, what was read first.

    Retrieval and the reader err in different places, and an answer has room for what each thinks
    best (Radlinski et al., CIKM 2008, on balanced interleaving). The scores stay in falling order.
    """
    known = {_place(candidate): candidate for candidate in (*unread, *ranked)}
    turns = dict.fromkeys(_place(c) for pair in zip_longest(ranked, unread) for c in pair if c)
    scores = sorted((known[place].score for place in turns), reverse=True)
    return [replace(known[place], score=score) for place, score in zip(turns, scores, strict=True)]


def _place(candidate: Candidate) -> tuple[int, int]:
    return candidate.version.info.row, candidate.sentence.start


def sentences_read(
    question: str, ranked: Sequence[Candidate], reader: PassageReader
) -> list[Candidate]:
    """Return the sentences in their order, the first `SENTENCES` read by themselves."""
    first, rest = ranked[:SENTENCES], ranked[SENTENCES:]
    readings = reader.read(question, [(c.hit.passage.title, c.text) for c in first])
    return [*(replace(c, reading=r) for c, r in zip(first, readings, strict=True)), *rest]


def sentence_signs(ranked: Sequence[Candidate]) -> list[tuple[float, float]]:
    """Return (span, relevance) of each sentence, as `Weights` has them.

    One that was not read by itself counts as the least relevant of those that were.
    """
    read = [c.reading.relevance for c in ranked if c.reading is not None]
    highest, least = max(read, default=0.0), min(read, default=0.0)
    return [
        (
            span_probability(candidate),
            (candidate.reading.relevance if candidate.reading else least) - highest,
        )
        for candidate in ranked
    ]


def span_probability(candidate: Candidate) -> float:
    """Return the probability that the answer lies in a sentence, as its passage was read.

    0 where it was not.
    """
    hit, sentence = candidate.hit, candidate.sentence
    if hit.reading is None:
        return 0.0
    shift = hit.passage.start
    return hit.reading.span_probabilities([(sentence.start - shift, sentence.end - shift)])[0]
