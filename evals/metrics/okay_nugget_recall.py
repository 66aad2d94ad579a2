"""Okay-nugget recall: how many of the facts that an answer may have are there."""

from evals.case import Case
from evals.metrics.metric import NA, Metric, Score
from evals.metrics.nugget_recall import share_said
from evals.metrics.said import rightly_declined


def okay_nugget_recall() -> Metric:
    """Okay nuggets said in full / okay nuggets.

    Range 0 to 1, up. `na` without an okay nugget, or where a question that has no answer was
    declined. Reported apart from the vital ones, which it must not water down (Voorhees 2003).

    Example: two okay nuggets, of which the answer says one: 1 / 2 = 0.5
    """

    def score(case: Case) -> Score:
        okay = [nugget for nugget in case.question.nuggets if nugget.importance == "okay"]
        return NA if rightly_declined(case) else share_said(case, okay)

    return Metric("okay_nugget_recall", score)
