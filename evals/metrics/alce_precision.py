"""Citation precision of ALCE: how many of the citations are needed."""

from evals.case import Case
from evals.metrics.claims import UNCITED, Claim, claims, strays, unclaimed
from evals.metrics.metric import Metric, Score, ratio
from evals.metrics.resolution import Cited
from evals.metrics.support import Support, grade, graded, strength


def alce_precision(phi: Support) -> Metric:
    """Good citations / citations.

    A citation of a sentence is bad if the sentence is not fully supported by all that it cites
    together; or if the citation alone does not support it at all while the others do in full. A
    number is counted once a sentence. One that does not resolve is counted, and bad, also where
    it stands in the answer outside every sentence. Range 0 to 1, up. 0 where something is
    claimed and nothing cited, and for an empty answer to an answerable question; otherwise `na`
    where nothing is claimed. Gao et al. 2023, Enabling Large Language Models to Generate Text
    with Citations.

    Example: a sentence cites the paragraph that says it and one that has nothing to do with it;
    the second is not needed. 1 / 2 = 0.5
    """

    def score(case: Case) -> Score:
        claimed, cited = claims(case), Cited(case)
        if not claimed:
            return unclaimed(case)
        good = sum(_good(phi, cited, claim) for claim in claimed)
        total = sum(len(claim.cites) for claim in claimed) + len(strays(case, claimed))
        return ratio(good, total) if total else UNCITED

    return Metric("alce_precision", score)


def _good(phi: Support, cited: Cited, claim: Claim) -> int:
    """Return how many of the citations of a sentence are good."""
    if graded(phi, cited, claim) < 1:
        return 0
    return sum(not _idle(phi, cited, claim, n) for n in claim.cites)


def _idle(phi: Support, cited: Cited, claim: Claim, n: int) -> bool:
    """Whether a citation adds nothing to the others."""
    if grade(strength(phi, cited.premise(n), claim.text)) > 0:
        return False
    others = [other for other in claim.cites if other != n]
    return grade(strength(phi, cited.premise(*others), claim.text)) == 1
