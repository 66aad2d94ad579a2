"""Citation validity: whether every number leads to the words that it promises."""

from evals.case import Case
from evals.metrics.claims import emitted
from evals.metrics.metric import Metric, Score, ratio
from evals.metrics.resolution import Cited


def citation_validity() -> Metric:
    """Citation numbers that resolve / citation numbers shown.

    Shown are the `[n]` of the answer's text, the citations of its sentences and of the positions
    of a conflict, and the list itself; each number counts once. It resolves if the list has it
    exactly once, the quote is the slice of the article's text, and the paragraph is the one in
    which it stands. Range 0 to 1, up; below 1 a number leads nowhere. `na` where no number is
    shown, an empty answer too: it holds no invalid one, and other metrics score it 0.

    Example: the answer says "Seven died. [1][9]" and the list has only 1. 1 / 2 = 0.5
    """

    def score(case: Case) -> Score:
        cited, shown = Cited(case), emitted(case)
        return ratio(sum(bool(cited.paragraphs(n)) for n in shown), len(shown))

    return Metric("citation_validity", score)
