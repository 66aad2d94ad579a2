"""Average precision: precision wherever new evidence comes, over all evidence there is."""

from evals.case import Case
from evals.metrics.metric import Metric, Score, ratio
from evals.metrics.relevance import at, finding_ranks, gold


def average_precision(k: int) -> Metric:
    """Sum over the groups found in the first `k` of the precision at their rank / all groups.

    The precision at a rank is the share of the passages so far that covered a new group; a
    second passage of the same evidence is not relevant again. The divisor is all groups, never
    those found, nor `k` where that is less: as trec_eval's `map_cut_k`. Range 0 to 1, up. `na`
    where the question has no evidence; 0 where nothing was retrieved.

    Example: four groups of which one is found, at rank 1. 1 / 4 = 0.25
    """

    def score(case: Case) -> Score:
        ranks = finding_ranks(case, k)
        hits = sorted(set(ranks))
        precision = {rank: number / rank for number, rank in enumerate(hits, start=1)}
        return ratio(sum(precision[rank] for rank in ranks), len(gold(case)))

    return Metric(at("average_precision", k), score)
