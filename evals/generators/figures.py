"""What a run's answers came to, beside their scores: who wrote them, how fast, of how much."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from evals.case import shown
from evals.latency import percentile
from evals.runs.store import Run
from rag.answerer import EXTRACTIVE
from rag.reply import Reply

COLD = 1
"""Answers at the beginning of a run that wait for models and files to be opened."""

_MILLI = 1000


@dataclass(frozen=True, slots=True)
class Seconds:
    """How long answers took: percentiles that were in fact measured."""

    p50: float
    p95: float


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens an answer, where a chat model was asked."""

    mean: float
    p95: float


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts and shares of one run; None where there is nothing to take a share or a time of.

    `supported` and `partial` are shares of the sentences shown. `withheld` is the share, of the
    sentences that a chat model wrote, of those that did not stand up to the check; `replaced` the
    share of answers in whose place the articles' own sentences stand, though a model was asked.
    Times are of answered questions, the first one of the run apart: `sources` is retrieval and
    ranking, the other two count from the question.
    """

    questions: int
    answered: int
    failed: int
    sentences: int
    supported: float | None
    partial: float | None
    withheld: float | None
    replaced: float | None
    sources: Seconds | None
    first_sentence: Seconds | None
    end: Seconds | None
    read: Tokens | None
    written: Tokens | None


def figures_of(run: Run, timings: Mapping[str, Mapping[str, float]]) -> Figures:
    """Return the figures of a stored run; `timings` are milliseconds by question id and stage."""
    given = {id_: a.reply for id_, a in run.answers.items() if a.reply is not None}
    replies = list(given.values())
    answers = [reply for reply in replies if reply.status != "abstained"]
    said = [sentence for reply in answers for sentence in shown(reply)]
    verdicts = [sentence.support for sentence in said]
    asked = run.manifest.generator != EXTRACTIVE
    replaced = [reply for reply in answers if reply.generator == EXTRACTIVE]
    ids = {id_ for id_, reply in given.items() if reply.status != "abstained"}
    warm = [row for id_, row in timings.items() if id_ in ids][COLD:]
    return Figures(
        questions=run.manifest.questions,
        answered=len(answers),
        failed=run.manifest.questions - len(replies),
        sentences=len(said),
        supported=_share(verdicts.count("supported"), len(said)),
        partial=_share(verdicts.count("partial"), len(said)),
        withheld=_withheld(replies) if asked else None,
        replaced=_share(len(replaced), len(answers)) if asked else None,
        sources=_seconds(row.get("retrieve", 0.0) + row.get("rerank", 0.0) for row in warm),
        first_sentence=_seconds(row.get("first_sentence", 0.0) for row in warm),
        end=_seconds(row.get("total", 0.0) for row in warm),
        read=_tokens(replies, lambda reply: reply.usage.prompt_tokens),
        written=_tokens(replies, lambda reply: reply.usage.completion_tokens),
    )


def _withheld(replies: Sequence[Reply]) -> float | None:
    written = sum(len(shown(r)) for r in replies if r.generator != EXTRACTIVE)
    withheld = sum(reply.withheld for reply in replies)
    return _share(withheld, withheld + written)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def _seconds(milliseconds: Iterable[float]) -> Seconds | None:
    ordered = sorted(milliseconds)
    if not ordered:
        return None
    return Seconds(percentile(ordered, 50) / _MILLI, percentile(ordered, 95) / _MILLI)


def _tokens(replies: Sequence[Reply], count: Callable[[Reply], int]) -> Tokens | None:
    asked = [reply for reply in replies if reply.usage.prompt_tokens]
    ordered = sorted(float(count(reply)) for reply in asked)
    if not ordered:
        return None
    return Tokens(sum(ordered) / len(ordered), percentile(ordered, 95))
