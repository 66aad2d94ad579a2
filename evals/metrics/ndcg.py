"""Normalised discounted cumulative gain: new evidence early."""

from math import log2

from evals.case import Case
from evals.metrics.metric import NA, Metric, Score, ratio
from evals.metrics.relevance import at, finding_ranks, gold


def ndcg(k: int) -> Metric:
    """Discounted gain of the first `k` passages / the ideal of min(k, groups) ones.

    A passage gains 1 if it covers a group that none before it did, else 0; rank i is discounted
    by log2(i + 1). A passage that covers two groups at once gains 1, so that a question whose
    groups share a passage can stay below 1. Range 0 to 1, up. `na` where the question has no
    evidence; 0 where nothing was retrieved. Järvelin and Kekäläinen 2002, with the novelty of
    Clarke et al. 2008 at its strictest.

    Example: one group; the first two passages miss it, the third has it, the fourth has it
    again. 1 / log2(4) = 0.5
    """

    def score(case: Case) -> Score:
        groups = gold(case)
        if not groups:
            return NA
        gain = sum(1 / log2(rank + 1) for rank in sorted(set(finding_ranks(case, k))))
        return ratio(gain, sum(1 / log2(i + 1) for i in range(1, min(k, len(groups)) + 1)))

    return Metric(at("ndcg", k), score)
