"""Gold citation recall: how much of the evidence is cited."""

from evals.case import Case
from evals.metrics.gold_citations import cited_places, touches, undefined_to_a_reader
from evals.metrics.metric import Metric, Score, ratio
from evals.metrics.relevance import gold


def gold_citation_recall() -> Metric:
    """Groups with a place that a cited paragraph touches / all groups.

    Range 0 to 1, up. `na` where the question has no evidence, or cannot be answered and is
    declined; 0 where something is claimed and nothing cited, and for an answerable question that
    is declined or answered with nothing.

    Example: two groups, in two paragraphs, of which one is cited. 1 / 2 = 0.5
    """

    def score(case: Case) -> Score:
        if (already := undefined_to_a_reader(case)) is not None:
            return already
        places, groups = cited_places(case), gold(case)
        reached = sum(any(touches(group, place) for place in places) for group in groups)
        return ratio(reached, len(groups))

    return Metric("gold_citation_recall", score)
