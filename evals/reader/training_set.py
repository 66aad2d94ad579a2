"""What a batch of training is made of: questions with passages, and claims with evidence."""

from collections.abc import Sequence
from dataclasses import dataclass

IGNORED = -1
"""The group of a passage whose rank is not trained."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A title and the text below it."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class QuestionExample:
    """A question, the passage it was asked of, and passages that are like it and do not answer.

    `spans` are the (start, end) characters of every accepted answer in the passage's text; none
    means that the passage does not answer.
    """

    question: str
    passage: Passage
    spans: tuple[tuple[int, int], ...]
    negatives: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class SupportExample:
    """A claim, the text it is checked against, and the index of its label in `LABELS`."""

    claim: str
    evidence: str
    label: int


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """All that one stage of training sees."""

    questions: Sequence[QuestionExample]
    claims: Sequence[SupportExample]
