"""What a judge is shown of one question: what was asked, what is right, what was answered."""

from collections.abc import Iterator
from dataclasses import dataclass

from evals.case import Case
from evals.gold.question import GoldQuestion
from evals.judge.verdict import Grade

UNANSWERED = "The articles have no answer to this question; to say so is right."
MISTAKEN = "The question cannot be answered as it is asked; to say so is right, and so is this:"
"""What the reference begins with where declining is right."""

_WORTH: dict[Grade, float] = {"correct": 1.0, "partly": 0.5, "wrong": 0.0}


@dataclass(frozen=True, slots=True)
class Item:
    """Three texts, all data; equal items get equal verdicts, whichever run they are from.

    `answerable`: an answer is wanted, so that declining is worth nothing. `known`: the reference
    says what is right; without it, nothing but declining can be. `declined`: the reply itself
    says that it declines.
    """

    question: str
    reference: str
    answer: str
    answerable: bool = True
    known: bool = True
    declined: bool = False

    @property
    def gradable(self) -> bool:
        """Whether there is anything to grade it by."""
        return self.known or not self.answerable

    @property
    def settled(self) -> Grade | None:
        """The verdict that needs no judge: a reply that declines, or says nothing at all."""
        if self.declined:
            return "declined"
        return None if self.answer.strip() else "wrong"

    def worth(self, grade: Grade) -> float:
        """Return what a verdict counts: 1, 0.5 or 0.

        Declining is right where the articles have no answer, and worth nothing where they have
        one. Without a reference, whatever else is said is wrong.
        """
        if grade == "declined":
            return float(not self.answerable)
        return _WORTH[grade] if self.known else 0.0


def item_of(case: Case) -> Item:
    """Return what a judge is shown of a case."""
    question = case.question
    return Item(
        question="\n".join(_asked(question)),
        reference="\n".join(_right(question)),
        answer=case.reply.answer,
        answerable=question.answerable,
        known=_known(question),
        declined=case.abstained,
    )


def _known(question: GoldQuestion) -> bool:
    return bool(question.answers or question.nuggets)


def _asked(question: GoldQuestion) -> Iterator[str]:
    for turn in question.history:
        yield f"Asked before: {turn.question}"
    if question.as_of:
        yield f"As of: {question.as_of}"
    yield question.question


def _right(question: GoldQuestion) -> Iterator[str]:
    if not question.answerable:
        yield MISTAKEN if _known(question) else UNANSWERED
    for answer in question.answers:
        yield f"Right answer: {answer.text}"
        for alias in answer.aliases:
            yield f"The same in other words: {alias}"
    for nugget in question.nuggets:
        yield f"{'Vital' if nugget.importance == 'vital' else 'Further'} fact: {nugget.text}"
    for wrong in question.forbidden:
        yield f"Wrong statement: {wrong.text}"
