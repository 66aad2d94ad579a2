"""Forbidden statements: whether the answer says something that is known to be wrong."""

from evals.case import Case
from evals.metrics.metric import NA, Metric, Score
from evals.metrics.said import said
from evals.nuggets import says_forbidden


def forbidden() -> Metric:
    """1 if the answer says any forbidden statement, with its polarity, else 0.

    Binary, down: it is the violation that counts. `na` where the question forbids nothing. A
    reply that abstains says nothing forbidden: 0. `note` names what was said.

    Example: "sixteen were killed" is forbidden; of "In all 16 were killed there." it is = 1
    """

    def score(case: Case) -> Score:
        if not case.question.forbidden:
            return NA
        text = said(case)
        wrong = [f.text for f in case.question.forbidden if says_forbidden(text, f)]
        violated = float(bool(wrong))
        return Score(violated, violated, 1.0, note="; ".join(wrong) or None)

    return Metric("forbidden", score, direction="down", binary=True)
