"""Both positions: whether an answer to a contested point leaves out nothing of it."""

from evals.case import Case
from evals.metrics.conflict_coverage import sides
from evals.metrics.metric import Metric, Score, flag


def conflict_both() -> Metric:
    """1 if every position is cited and every vital nugget said, else 0.

    Binary, up; the same as a conflict coverage of 1. `na` for every other type of question.

    Example: two positions, both said, one of them without its citation = 0
    """

    def score(case: Case) -> Score:
        share = sides(case)
        return flag(share.value == 1.0) if share.status == "ok" else share

    return Metric("conflict_both", score, binary=True)
