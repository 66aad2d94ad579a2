"""Abstention over a whole run: how often declining is right, and what the confidences are worth.

Declining is the positive class, as in the unanswerable questions of SQuAD 2.0 (Rajpurkar, Jia and
Liang 2018).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from evals.case import Case
from evals.metrics.abstention_right import is_corrected
from evals.metrics.idk_score import idk_conditioned
from evals.metrics.metric import NA, Metric, Score, ratio


@dataclass(frozen=True, slots=True)
class Abstention:
    """The figures of a run.

    `precision`: declined and not answerable / declined. `recall`: the same / not answerable; a
    false premise that was corrected needed no declining and is left out. `f1`: their harmonic
    mean. `idk`: mean of the IDK-conditioned score over the questions where it is defined. Each is
    `na` where its denominator is 0. `unanswered` questions, which have an error in place of a
    reply, and the `errors` of the base metric are in no figure, and `coverage` says what is left.
    """

    precision: Score
    recall: Score
    f1: Score
    idk: Score
    unanswered: int
    errors: int
    coverage: float | None


@dataclass(frozen=True, slots=True)
class Confidences:
    """Confidence and correctness, 0 to 1, question by question: the risk-coverage curve's input."""

    confidence: tuple[float, ...]
    correct: tuple[float, ...]


def abstention(cases: Sequence[Case], base: Metric, *, unanswered: int = 0) -> Abstention:
    """Return how well a run abstains; `base` scores the answers that it gave, from 0 to 1."""
    declined = sum(case.abstained for case in cases)
    due = [case for case in cases if not case.question.answerable and not is_corrected(case)]
    right = sum(case.abstained for case in due)
    scores = [idk_conditioned(case, base) for case in cases]
    defined = [score.value for score in scores if score.value is not None]
    errors = sum(score.status == "error" for score in scores)
    counted = len(defined) + errors + unanswered
    return Abstention(
        precision=ratio(right, declined),
        recall=ratio(right, len(due)),
        f1=ratio(2 * right, declined + len(due)),
        idk=ratio(sum(defined), len(defined)) if defined else NA,
        unanswered=unanswered,
        errors=errors,
        coverage=len(defined) / counted if counted else None,
    )


def confidences(cases: Sequence[Case], base: Metric) -> Confidences:
    """Return the confidence of each reply, and how right it would be to give its answer.

    An answer is as right as `base` says, and not at all where the question is not answerable
    (but for a corrected false premise). What was declined has no answer: it counts as wrong with
    confidence 0, so that it comes last, and the risk of all that was answered is not touched by
    it. Questions for which the base metric is undefined or failed are left out.
    """
    pairs = [
        (0.0, 0.0) if case.abstained else (case.reply.confidence, score.value)
        for case in cases
        if (score := idk_conditioned(case, base)).value is not None
    ]
    return Confidences(
        tuple(confidence for confidence, _ in pairs),
        tuple(correct for _, correct in pairs if correct is not None),
    )
