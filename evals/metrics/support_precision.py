"""Support precision of TREC: how well the sentences that cite are supported."""

from evals.case import Case
from evals.metrics.claims import UNCITED, claims, unclaimed
from evals.metrics.metric import Metric, Score, ratio
from evals.metrics.resolution import Cited
from evals.metrics.support import Support, graded


def support_precision(phi: Support) -> Metric:
    """Weight of the sentences that cite / number of these sentences.

    A sentence weighs 1 if what it cites supports it in full, 0.5 if in part, else 0; also 0 if
    nothing that it cites resolves. Range 0 to 1, up. 0 where something is claimed and nothing
    cited, and for an empty answer to an answerable question; otherwise `na` where nothing is
    claimed. After the weighted precision of the TREC 2024 RAG track (Thakur et al. 2025), which
    judges the first citation only; here all of a sentence are judged together.

    Example: of three sentences one is supported in full, one in part, one cites nothing.
    (1 + 0.5) / 2 = 0.75
    """

    def score(case: Case) -> Score:
        claimed, cited = claims(case), Cited(case)
        if not claimed:
            return unclaimed(case)
        citing = [claim for claim in claimed if claim.cites]
        weight = sum(graded(phi, cited, claim) for claim in citing)
        return ratio(weight, len(citing)) if citing else UNCITED

    return Metric("support_precision", score)
