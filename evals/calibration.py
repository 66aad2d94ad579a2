"""Choose the abstention threshold and the support checker's tau on a split, by its questions."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evals.abstention import confidences
from evals.case import Case
from evals.gold.articles import Record
from evals.gold.lint import paragraphs_of
from evals.gold.question import GoldQuestion
from evals.metrics.idk_score import idk_conditioned
from evals.metrics.nugget_recall import nugget_recall
from evals.statistics.auc import Point, aurc, coverage_at_risk, risk_coverage
from rag.support import SupportModel

STEP = 0.01


@dataclass(frozen=True, slots=True)
class Curve:
    """Risk against coverage of a run that declined nothing; loss is what nugget recall lacks."""

    points: tuple[Point, ...]
    aurc: float
    coverage_at_5_percent_risk: float


@dataclass(frozen=True, slots=True)
class Threshold:
    """A threshold with the mean IDK-conditioned score that it gives, and that of today's."""

    threshold: float
    score: float
    now: float


def curve_of(cases: Sequence[Case]) -> Curve:
    """Return the risk-coverage curve; `cases` are of a run with the threshold 0."""
    found = confidences(cases, nugget_recall())
    points = risk_coverage(found.confidence, found.correct)
    return Curve(
        points,
        aurc(found.confidence, found.correct),
        coverage_at_risk(found.confidence, found.correct),
    )


def choose_threshold(cases: Sequence[Case], *, now: float) -> Threshold:
    """Return the threshold with the best mean score; of equals the one nearest to today's.

    A question counts what its answer is worth where the confidence reaches the threshold; else 1
    if declining was right and 0 if not.
    """
    worth = [
        (case.reply.confidence, score.value, 0.0 if case.question.answerable else 1.0)
        for case in cases
        if (score := idk_conditioned(case, nugget_recall())).value is not None
    ]

    def mean(threshold: float) -> float:
        gained = (value if sure >= threshold else declined for sure, value, declined in worth)
        return sum(value or 0.0 for value in gained) / len(worth)

    steps = [round(step * STEP, 2) for step in range(round(1 / STEP) + 1)]
    best = max(steps, key=lambda t: (round(mean(t), 9), -abs(t - now)))
    return Threshold(best, mean(best), mean(now))


@dataclass(frozen=True, slots=True)
class Pair:
    """A premise and a claim, and whether it does support it."""

    premise: str
    claim: str
    supported: bool


def support_pairs(questions: Sequence[GoldQuestion], record: Record) -> Iterator[Pair]:
    """Yield what the gold set knows of support.

    Each reference answer is supported by its evidence; and not by the evidence of the next
    question of the same type that rests on none of the same paragraphs.
    """
    known = [(q, paragraphs_of(q.evidence, record)) for q in questions if q.answers and q.evidence]
    for number, (question, evidence) in enumerate(known):
        claim = question.answers[0].text
        yield Pair("\n".join(evidence), claim, supported=True)
        for other, elsewhere in known[number + 1 :] + known[:number]:
            if other.type == question.type and not set(elsewhere) & set(evidence):
                yield Pair("\n".join(elsewhere), claim, supported=False)
                break


@dataclass(frozen=True, slots=True)
class Tau:
    """The tau with the best balanced accuracy, and that of today's."""

    tau: float
    accuracy: float
    now: float


def choose_tau(pairs: Sequence[Pair], model: SupportModel) -> Tau:
    """Return the tau that tells best what is supported; of equals the one nearest to today's."""
    scored = [(model.check(pair.premise, pair.claim).score, pair.supported) for pair in pairs]
    yes = [score for score, supported in scored if supported]
    no = [score for score, supported in scored if not supported]

    def accuracy(tau: float) -> float:
        kept = sum(score >= tau for score in yes) / len(yes) if yes else 0.0
        refused = sum(score < tau for score in no) / len(no) if no else 0.0
        return (kept + refused) / 2

    steps = [round(step * STEP, 2) for step in range(round(1 / STEP) + 1)]
    best = max(steps, key=lambda t: (round(accuracy(t), 9), -abs(t - model.tau)))
    return Tau(best, accuracy(best), accuracy(model.tau))
