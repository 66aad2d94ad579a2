"""What the rates of unsupported numbers, names and quotations share."""

from collections.abc import Callable, Sequence

from evals.case import Case
from evals.metrics.checker import Checked, Checker, Finding, checked
from evals.metrics.metric import Metric, Score, ratio

Find = Callable[[str], Sequence[object]]
"""Finds the mentions of a text."""

Lacking = Callable[[Finding], tuple[str, ...]]
"""Reads off a finding the mentions that the premise lacks."""


def unsupported_rate(name: str, checker: Checker, find: Find, lacking: Lacking) -> Metric:
    """Return the metric: mentions that the cited paragraphs lack / mentions in the answer."""

    def score(case: Case) -> Score:
        counts = [_count(one, find, lacking) for one in checked(case, checker)]
        wrong, all_ = sum(w for w, _ in counts), sum(a for _, a in counts)
        return ratio(wrong, all_)

    return Metric(name, score, direction="down")


def _count(one: Checked, find: Find, lacking: Lacking) -> tuple[int, int]:
    """Return how many mentions are unsupported, and how many there are."""
    mentions = len(find(one.claim.text))
    if one.finding is None:
        return mentions, mentions
    wrong = len(lacking(one.finding))
    return wrong, max(mentions, wrong)  # a checker of one's own may see more
