"""Support recall of TREC: how well all sentences are supported."""

from evals.case import Case
from evals.metrics.claims import claims, unclaimed
from evals.metrics.metric import Metric, Score, ratio
from evals.metrics.resolution import Cited
from evals.metrics.support import Support, graded


def support_recall(phi: Support) -> Metric:
    """Weight of the sentences / number of all sentences, whether or not they cite.

    Weights as in support precision: 1 in full, 0.5 in part, else 0. Range 0 to 1, up. 0 for an
    empty answer to an answerable question; otherwise `na` where nothing is claimed. After the
    weighted recall of the TREC 2024 RAG track (Thakur et al. 2025).

    Example: of three sentences one is supported in full, one in part, one cites nothing.
    (1 + 0.5 + 0) / 3 = 0.5
    """

    def score(case: Case) -> Score:
        claimed, cited = claims(case), Cited(case)
        if not claimed:
            return unclaimed(case)
        return ratio(sum(graded(phi, cited, claim) for claim in claimed), len(claimed))

    return Metric("support_recall", score)
