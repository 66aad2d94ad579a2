"""Paragraphs that may say the same as a question's evidence, for its writer to look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from evals.gold.articles import Record
from evals.gold.files import Placed
from evals.gold.lint import paragraphs_of
from evals.nuggets import has_nugget
from rag.analysis import content_terms, overlap

SHARED = 0.4
"""Share of the question's content words that a paragraph must have to be shown."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """A paragraph outside the evidence that has a vital nugget of the question."""

    question_id: str
    nugget: str
    paragraph: str
    """As `dateline show` takes it: `article#p3`."""
    text: str


def alternatives(gold: Sequence[Placed], record: Record) -> Iterator[Alternative]:
    """Yield what a search of the whole record finds for each answerable question."""
    paragraphs = [
        (f"{article.article_id}#p{paragraph.number}", article.slice(paragraph))
        for article in record.articles.values()
        for paragraph in article.paragraphs
    ]
    words = {text: set(content_terms(text)) for _, text in paragraphs}
    for placed in gold:
        question = placed.question
        known = set(paragraphs_of(question.evidence, record))
        asked = content_terms(question.question)
        for nugget in question.nuggets:
            if nugget.importance != "vital":
                continue
            for place, text in paragraphs:
                near = text not in known and overlap(asked, words[text], {}) >= SHARED
                if near and has_nugget(text, nugget):
                    yield Alternative(question.id, nugget.id, place, text)
