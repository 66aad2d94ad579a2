"""Partial nugget recall: as nugget recall, with half a point for half a fact."""

from evals.case import Case
from evals.gold.question import Alternative, Match, Nugget
from evals.metrics.metric import NA, Metric, Score, ratio
from evals.metrics.said import rightly_declined, said, vital
from evals.nuggets import has_nugget

PARTIAL = 0.5


def nugget_recall_partial() -> Metric:
    """(Vital nuggets said + 0.5 x those said in part) / vital nuggets.

    Said in part: some but not all patterns of an alternative stand in the answer, or all of them
    but too far apart. Range 0 to 1, up; never below `nugget_recall`. `na` as there. After the
    vital score of Pradeep et al. 2024 (AutoNuggetizer).

    Example: two vital nuggets; the one is said, of the other's two patterns one stands there:
    (1 + 0.5) / 2 = 0.75
    """

    def score(case: Case) -> Score:
        nuggets = vital(case)
        if rightly_declined(case):
            return NA
        return ratio(sum(_credit(said(case), nugget) for nugget in nuggets), len(nuggets))

    return Metric("nugget_recall_partial", score)


def _credit(text: str, nugget: Nugget) -> float:
    if has_nugget(text, nugget):
        return 1.0
    parts = (part for way in nugget.match.any_of for part in way.all_of)
    alone = (Match(any_of=(Alternative(all_of=(part,)),)) for part in parts)
    some = any(has_nugget(text, nugget.model_copy(update={"match": match})) for match in alone)
    return PARTIAL if some else 0.0
