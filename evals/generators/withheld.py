"""What a chat model wrote and the check withheld, beside the paragraph that comes nearest."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from evals.case import Case, Place, drafts
from evals.metrics.resolution import premise_of, retrieved_paragraphs
from rag.support import SupportModel


@dataclass(frozen=True, slots=True)
class Nearest:
    """The retrieved paragraph that supports a sentence best; `score` as of `rag.support`."""

    article: str
    title: str
    published: str | None
    text: str
    support: str
    score: float


@dataclass(frozen=True, slots=True)
class Withheld:
    """One sentence that was not shown; `nearest` is None where nothing was retrieved."""

    id: str
    question: str
    sentence: str
    nearest: Nearest | None


def withheld_of(
    cases: Sequence[Case], model: SupportModel, *, sample: int, seed: int = 0
) -> tuple[list[Withheld], int]:
    """Return so many withheld sentences, in the order of the cases, and how many there are.

    The sample is drawn by the seed, all sentences alike.
    """
    there = [(case, draft.text) for case in cases for draft in drafts(case.reply)]
    drawn = random.Random(seed)  # noqa: S311 (a draw, not a secret)
    places = sorted(drawn.sample(range(len(there)), min(sample, len(there))))
    made = [
        Withheld(
            case.question.id, case.reply.standalone_question, text, _nearest(case, text, model)
        )
        for case, text in (there[place] for place in places)
    ]
    return made, len(there)


def _nearest(case: Case, sentence: str, model: SupportModel) -> Nearest | None:
    checked = [
        (place, _check(case, place, sentence, model)) for place in retrieved_paragraphs(case)
    ]
    if not checked:
        return None
    place, (support, score) = max(checked, key=lambda one: one[1][1])
    article = case.record.articles[place.article]
    text = article.text[place.start : place.end]
    return Nearest(
        article.article_id, article.title, article.published, text, support, round(score, 3)
    )


def _check(case: Case, place: Place, sentence: str, model: SupportModel) -> tuple[str, float]:
    verdict = model.check(premise_of([place], case.record), sentence)
    return verdict.support, verdict.score
