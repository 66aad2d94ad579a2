"""Misattribution: right, but not by the source named."""

from evals.case import Case
from evals.metrics.claims import Claim, claims
from evals.metrics.metric import Metric, Score, ratio
from evals.metrics.resolution import Cited, premise_of, retrieved_paragraphs
from evals.metrics.support import Support, grade, graded, strength


def misattribution(phi: Support) -> Metric:
    """Sentences supported by a retrieved paragraph but not by those cited / sentences that cite.

    Supported is in full; the cited paragraphs are taken together, the others one by one. Range 0
    to 1, down. `na` where no sentence cites anything: nothing is attributed then, and an empty
    answer must not look faultless.

    Example: two sentences cite the first paragraph, which says the one; the other stands in the
    third, which was retrieved. 1 / 2 = 0.5
    """

    def score(case: Case) -> Score:
        cited = Cited(case)
        citing = [claim for claim in claims(case) if claim.cites]
        return ratio(sum(_misplaced(phi, case, cited, claim) for claim in citing), len(citing))

    return Metric("misattribution", score, direction="down")


def _misplaced(phi: Support, case: Case, cited: Cited, claim: Claim) -> bool:
    if graded(phi, cited, claim) == 1:
        return False
    named = cited.paragraphs(*claim.cites)
    return any(
        grade(strength(phi, premise_of([place], case.record), claim.text)) == 1
        for place in retrieved_paragraphs(case)
        if place not in named
    )
