"""Citation hit: whether a reader who opens the citations sees evidence."""

from evals.case import Case
from evals.metrics.gold_citations import cited_places, undefined_to_a_reader
from evals.metrics.metric import Metric, Score, flag
from evals.metrics.relevance import gold


def citation_hit() -> Metric:
    """1 if some cited paragraph holds the whole of a gold span, else 0.

    Binary, up. `na` where the question has no evidence, or nothing is claimed; 0 where something
    is claimed and nothing cited, and for an empty answer to an answerable question.

    Example: two paragraphs are cited, and the second holds the gold span. It is = 1
    """

    def score(case: Case) -> Score:
        if (already := undefined_to_a_reader(case)) is not None:
            return already
        spans = [place for group in gold(case) for place in group.places]
        return flag(
            any(
                cited.overlap(span) == span.end - span.start > 0
                for cited in cited_places(case)
                for span in spans
            )
        )

    return Metric("citation_hit", score, binary=True)
