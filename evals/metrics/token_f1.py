"""Token F1: how many words the answer shares with a right answer."""

from collections import Counter

from evals.case import Case
from evals.metrics.exact_match import accepted
from evals.metrics.metric import NA, Metric, Score
from evals.metrics.normalisation import tokens
from evals.metrics.said import rightly_declined, said


def token_f1() -> Metric:
    """2 x shared tokens / (tokens of the answer + tokens of the right answer), best alias.

    Tokens are counted as often as they stand. Range 0 to 1, up. Where one of the two has no
    token it is 1 if both have none, else 0. `na` where the question has no answer, or was rightly
    declined. After SQuAD (Rajpurkar et al. 2016), with numbers kept whole.

    Example: "Seven Guards were killed" against "seven members killed": 2 x 2 / (4 + 3) = 0.571
    """

    def score(case: Case) -> Score:
        right = accepted(case)
        if not right or rightly_declined(case):
            return NA
        answer = tokens(said(case))
        return max((f1(answer, tokens(text)) for text in right), key=lambda s: s.value or 0.0)

    return Metric("token_f1", score)


def f1(one: list[str], other: list[str]) -> Score:
    """Return the F1 of two lists of tokens."""
    if not one or not other:
        return Score(float(one == other), float(one == other), 1.0)
    shared = (Counter(one) & Counter(other)).total()
    return Score(2 * shared / (len(one) + len(other)), 2.0 * shared, len(one) + len(other))
