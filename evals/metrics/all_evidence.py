"""All evidence: whether nothing that must be found is missing."""

from evals.case import Case
from evals.metrics.metric import NA, Metric, Score, flag
from evals.metrics.relevance import at, found_groups, gold


def all_evidence(k: int) -> Metric:
    """1 if the first `k` passages cover every group, else 0.

    Binary, up. `na` where the question has no evidence; 0 where nothing was retrieved. After the
    strict recall of multi-hop questions (Yang et al. 2018, HotpotQA, both supporting facts).

    Example: two groups, found by the first and the third passage. At 3 it is 1; at 2 it is = 0
    """

    def score(case: Case) -> Score:
        groups = gold(case)
        return flag(found_groups(case, k) == len(groups)) if groups else NA

    return Metric(at("all_evidence", k), score, binary=True)
