"""Reciprocal rank: how far down the first evidence stands."""

from evals.case import Case
from evals.metrics.metric import NA, Metric, Score, ratio
from evals.metrics.relevance import at, first_touching, gold


def reciprocal_rank(k: int | None = None) -> Metric:
    """1 / the rank of the first passage that touches a gold span, among `k` or among all.

    Range 0 to 1, up. 0 where no passage does, or nothing was retrieved; `na` where the question
    has no evidence. The measure is trec_eval's `recip_rank` (Voorhees 1999).

    Example: the first passage is of another article, the second touches a span. 1 / 2 = 0.5
    """

    def score(case: Case) -> Score:
        if not gold(case):
            return NA
        rank = first_touching(case, k)
        return ratio(1 / rank if rank else 0.0, 1)

    return Metric("reciprocal_rank" if k is None else at("reciprocal_rank", k), score)
