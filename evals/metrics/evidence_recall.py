"""Evidence recall: how much of what must be found was found."""

from evals.case import Case
from evals.metrics.metric import Metric, Score, ratio
from evals.metrics.relevance import at, found_groups, gold


def evidence_recall(k: int) -> Metric:
    """Covered groups of the first `k` passages / all groups.

    A group is covered when these passages together hold at least half the characters of one of
    its places. Range 0 to 1, up. `na` where the question has no evidence; 0 where nothing was
    retrieved. The measure is recall at k with span-anchored judgements (Manning, Raghavan and
    Schütze 2008, section 8.4).

    Example: two groups; the only passage holds 10 of the 20 characters of the one and none of
    the other. Half a span is enough: 1 / 2 = 0.5
    """

    def score(case: Case) -> Score:
        return ratio(found_groups(case, k), len(gold(case)))

    return Metric(at("evidence_recall", k), score)
