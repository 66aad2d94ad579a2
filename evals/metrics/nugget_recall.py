"""Nugget recall: how many of the facts that a right answer must have are there."""

from collections.abc import Sequence

from evals.case import Case
from evals.gold.question import Nugget
from evals.metrics.metric import NA, Metric, Score, ratio
from evals.metrics.said import rightly_declined, said, vital
from evals.nuggets import has_nugget


def share_said(case: Case, nuggets: Sequence[Nugget]) -> Score:
    """Return nuggets said / nuggets; `na` without a nugget."""
    text = said(case)
    return ratio(sum(has_nugget(text, nugget) for nugget in nuggets), len(nuggets))


def nugget_recall() -> Metric:
    """Vital nuggets said in full / vital nuggets.

    A nugget is said if all patterns of one of its alternatives stand within two sentences, with
    its polarity. Range 0 to 1, up. `na` without a vital nugget, or where a question that has no
    answer was declined; 0 where an answerable one was. After the strict vital recall of Pradeep
    et al. 2024 (AutoNuggetizer).

    Example: three vital nuggets, of which the answer says two: 2 / 3 = 0.667
    """

    def score(case: Case) -> Score:
        return NA if rightly_declined(case) else share_said(case, vital(case))

    return Metric("nugget_recall", score)
