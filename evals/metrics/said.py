"""What an answer says, as the metrics of correctness read it."""

from evals.case import Case
from evals.gold.question import Nugget
from evals.metrics.claims import claims


def said(case: Case) -> str:
    """Return the sentences of the answer, one a line, without their markers.

    Empty where the reply abstains: the words of a refusal answer nothing.
    """
    return "" if case.abstained else "\n".join(claim.text for claim in claims(case))


def vital(case: Case) -> list[Nugget]:
    """Return the nuggets that a right answer must have."""
    return [nugget for nugget in case.question.nuggets if nugget.importance == "vital"]


def rightly_declined(case: Case) -> bool:
    """Whether there was nothing to answer and the reply says so.

    What such a reply lacks is no fault, so the metrics of correctness are undefined for it.
    """
    return case.abstained and not case.question.answerable
