"""Conflict coverage: whether both sides of a contested point are told, and cited."""

from evals.case import Case
from evals.metrics.gold_citations import cited_places, touches
from evals.metrics.metric import NA, Metric, Score, ratio
from evals.metrics.relevance import gold
from evals.metrics.said import said, vital
from evals.nuggets import has_nugget


def sides(case: Case) -> Score:
    """Return (positions cited + vital nuggets said) / (positions + vital nuggets)."""
    if case.question.type != "conflict":
        return NA
    groups, nuggets, text = gold(case), vital(case), said(case)
    cited = [] if case.abstained else cited_places(case)
    there = sum(any(touches(group, place) for place in cited) for group in groups)
    there += sum(has_nugget(text, nugget) for nugget in nuggets)
    return ratio(there, len(groups) + len(nuggets))


def conflict_coverage() -> Metric:
    """(Evidence groups cited + vital nuggets said) / (evidence groups + vital nuggets).

    Each group of a conflict question is one position; it is cited if a cited paragraph
    touches one of its places. Range 0 to 1, up. `na` for every
    other type of question; 0 where it was declined.

    Example: two positions with a nugget each; the answer says and cites the one only:
    (1 + 1) / 4 = 0.5
    """
    return Metric("conflict_coverage", sides)
