"""Success: whether a reader of the first passages sees any evidence at all."""

from evals.case import Case
from evals.metrics.metric import NA, Metric, Score, flag
from evals.metrics.relevance import at, first_touching, gold


def success(k: int) -> Metric:
    """1 if one of the first `k` passages touches a gold span, else 0.

    To touch is to have one character of it. Binary, up. `na` where the question has no evidence;
    0 where nothing was retrieved. The measure is trec_eval's `success_k`.

    Example: the second passage is the first to touch a gold span. At 2 it is 1; at 1 it is = 0
    """

    def score(case: Case) -> Score:
        return flag(first_touching(case, k) is not None) if gold(case) else NA

    return Metric(at("success", k), score, binary=True)
