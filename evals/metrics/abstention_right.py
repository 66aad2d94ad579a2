"""Abstention: whether the reply declines what the articles do not answer, and nothing else."""

from evals.case import Case
from evals.metrics.metric import Metric, Score, flag
from evals.metrics.nugget_recall import share_said
from evals.metrics.said import vital


def is_corrected(case: Case) -> bool:
    """Whether a false premise is answered with every vital nugget of its correction."""
    if case.question.type != "false_premise" or case.abstained:
        return False
    return share_said(case, vital(case)).value == 1.0


def abstention_right() -> Metric:
    """1 if the reply abstains exactly where the question is not answerable, else 0.

    A false premise may also be answered with its correction, all vital nuggets of it. Binary,
    up, defined for every question. Whether an answer is right is not asked here.

    Example: an answer to an unanswerable question = 0
    """

    def score(case: Case) -> Score:
        return flag(case.abstained != case.question.answerable or is_corrected(case))

    return Metric("abstention_right", score, binary=True)
