"""Exact match: whether the answer is a right answer and nothing else."""

from evals.case import Case
from evals.metrics.metric import NA, Metric, Score, flag
from evals.metrics.normalisation import tokens
from evals.metrics.said import rightly_declined, said


def accepted(case: Case) -> list[str]:
    """Return every right answer of the question and every other way to put it."""
    return [text for answer in case.question.answers for text in (answer.text, *answer.aliases)]


def exact_match() -> Metric:
    """1 if the normalised answer is one of the right answers or their aliases, else 0.

    Binary, up. `na` where the question has no answer, or was rightly declined; 0 where it was
    wrongly declined. After SQuAD (Rajpurkar et al. 2016), with numbers kept whole.

    Example: of "The 3.5 tonnes." and the right answer "3.5 tonnes" it is 1; of "35 tonnes" = 0
    """

    def score(case: Case) -> Score:
        right = accepted(case)
        if not right or rightly_declined(case):
            return NA
        answer = tokens(said(case))
        return flag(any(answer == tokens(text) for text in right))

    return Metric("exact_match", score, binary=True)
