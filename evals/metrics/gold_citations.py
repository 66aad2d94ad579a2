"""The cited paragraphs against the gold spans: what the metrics of gold citations share.

The unit is the paragraph in which a citation's quotation stands, not the quotation: it is what
the reader opens, and how much of it is quoted is a matter of the generator's style (a sentence,
a few words, all of it), by which two generators should not differ.
"""

from evals.case import Case, GoldGroup, Place
from evals.metrics.claims import claims, emitted, unclaimed
from evals.metrics.metric import NA, Score, flag
from evals.metrics.relevance import gold
from evals.metrics.resolution import Cited


def cited_places(case: Case) -> list[Place]:
    """Return the paragraphs that the reply cites, each once."""
    return Cited(case).paragraphs(*emitted(case))


def unresolved(case: Case) -> int:
    """Return how many of the citation numbers shown resolve to no paragraph."""
    cited = Cited(case)
    return sum(not cited.paragraphs(n) for n in emitted(case))


def touches(group: GoldGroup, paragraph: Place) -> bool:
    """Whether a paragraph has a character of one of the group's places."""
    return any(paragraph.overlap(place) for place in group.places)


def undefined(case: Case) -> Score | None:
    """Return the score where there is nothing to compare, else None."""
    if not gold(case):
        return NA
    return None if claims(case) or emitted(case) else unclaimed(case)


def undefined_to_a_reader(case: Case) -> Score | None:
    """Return the same for metrics of what a reader gets to see, where declining shows nothing.

    An answerable question that is declined scores 0: otherwise a system that declines whatever
    is hard would seem to cite better.
    """
    if gold(case) and case.question.answerable and case.abstained:
        return flag(False)
    return undefined(case)
