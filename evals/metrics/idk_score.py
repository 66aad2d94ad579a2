"""The IDK-conditioned score: "I don't know" is right where nobody could, and wrong elsewhere."""

from evals.case import Case
from evals.metrics.metric import Metric, Score, flag
from evals.metrics.nugget_recall import nugget_recall

_DECLINED = Score(0.0, 0.0, 1.0, note="declined, and the articles answer it")
_ANSWERED = Score(0.0, 0.0, 1.0, note="answered, and the articles do not")


def idk_conditioned(case: Case, base: Metric) -> Score:
    """Return the score of a case, with a base metric of range 0 to 1 where it was answered.

    Not answerable: 1 if abstained, else 0. Answerable: 0 if abstained, else the base metric. A
    false premise that was answered gets the base metric of its correction, 0 where that is
    undefined.
    """
    if not case.question.answerable:
        if case.abstained:
            return flag(True)
        corrected = base(case) if case.question.type == "false_premise" else _ANSWERED
        return _ANSWERED if corrected.status == "na" else corrected
    return _DECLINED if case.abstained else base(case)


def idk_score() -> Metric:
    """The IDK-conditioned score over `nugget_recall`.

    Range 0 to 1, up. `na` only where an answered question is answerable and has no vital nugget.

    Example: one of two vital nuggets said: 1 / 2 = 0.5; the same question declined: 0
    """
    base = nugget_recall()
    return Metric("idk_score", lambda case: idk_conditioned(case, base))
