"""Citation recall of ALCE: how much of what is said is borne out by what is cited for it."""

from evals.case import Case
from evals.metrics.claims import claims, unclaimed
from evals.metrics.metric import Metric, Score, ratio
from evals.metrics.resolution import Cited
from evals.metrics.support import Support, strength


def alce_recall(phi: Support) -> Metric:
    """Mean over the sentences of phi(all that the sentence cites together, the sentence).

    A sentence that cites nothing, or nothing that resolves, scores 0; so does an empty answer to
    an answerable question. Every line of the answer counts. Range 0 to 1, up. `na` where nothing
    is claimed. Gao et al. 2023, Enabling Large Language Models to Generate Text with Citations.

    Example: one sentence is borne out by two paragraphs together, which phi grants; the other
    cites nothing. (1 + 0) / 2 = 0.5
    """

    def score(case: Case) -> Score:
        claimed, cited = claims(case), Cited(case)
        if not claimed:
            return unclaimed(case)
        total = sum(strength(phi, cited.premise(*claim.cites), claim.text) for claim in claimed)
        return ratio(total, len(claimed))

    return Metric("alce_recall", score)
