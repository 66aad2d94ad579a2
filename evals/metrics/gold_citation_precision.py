"""Gold citation precision: how much of what is cited is evidence."""

from evals.case import Case
from evals.metrics.claims import UNCITED
from evals.metrics.gold_citations import cited_places, touches, undefined, unresolved
from evals.metrics.metric import Metric, Score, ratio
from evals.metrics.relevance import gold


def gold_citation_precision() -> Metric:
    """Cited paragraphs that touch a gold span / cited paragraphs.

    A paragraph counts once, however often it is cited; a number that does not resolve counts as
    a paragraph without evidence. Range 0 to 1, up. `na` where the question has no evidence, or
    nothing is claimed; 0 where something is claimed and nothing cited, and for an empty answer to
    an answerable question. Needs no support function; a paragraph that answers as well but is
    not in the gold set counts against it.

    Example: the paragraph with the gold span is cited, and another. 1 / 2 = 0.5
    """

    def score(case: Case) -> Score:
        if (already := undefined(case)) is not None:
            return already
        places = cited_places(case)
        right = sum(any(touches(group, place) for group in gold(case)) for place in places)
        total = len(places) + unresolved(case)
        return ratio(right, total) if total else UNCITED

    return Metric("gold_citation_precision", score)
