"""Cases made for the tests of the metrics: articles, citations, replies, a toy support."""

import hashlib
import re
from collections.abc import Callable, Sequence
from typing import Any

from evals.case import Case, GoldGroup, Place
from evals.gold.articles import ArticleText, Record
from evals.gold.question import GoldQuestion
from evals.metrics.resolution import touched
from rag.analysis import content_terms
from rag.library.records import Paragraph
from rag.reply import Citation, LibraryState, Reply, Sentence, Timings

PARAGRAPHS = (
    "On 1 April 2024 a strike hit a building in Damascus.",
    "The Guards said that “seven of their members” were killed.",
    "Syria's ministry later gave the number of the dead as 16.",
)
SEVEN = "Seven members of the Guards were killed."
SIXTEEN = "The number of the dead was 16."
DAMASCUS = "A strike hit Damascus on 1 April 2024."

Said = tuple[str, Sequence[int]]


def documented(metric: Callable[..., Any]) -> float:
    """The value that the docstring's example comes to: the last number after a `=`."""
    example = (metric.__doc__ or "").partition("Example:")[2]
    return float(re.findall(r"= (\d+(?:\.\d+)?)", example)[-1])


def article(*paragraphs: str, article_id: str = "strike", title: str = "The strike") -> ArticleText:
    numbered, position = [], 0
    for number, paragraph in enumerate(paragraphs, start=1):
        numbered.append(Paragraph(number, position, position + len(paragraph)))
        position += len(paragraph) + 2
    text = "\n\n".join(paragraphs)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return ArticleText(article_id, digest, title, "2024-04-02", text, tuple(numbered))


ARTICLE = article(*PARAGRAPHS)
RECORD = Record([ARTICLE])


def place(quote: str, one: ArticleText = ARTICLE) -> Place:
    start = one.text.index(quote)
    return Place(one.article_id, start, start + len(quote))


def group(*quotes: str, name: str = "g") -> GoldGroup:
    return GoldGroup(name, tuple(map(place, quotes)))


def citation(n: int, quote: str, *, of: ArticleText = ARTICLE, **changes: Any) -> Citation:
    """A sound citation of a quotation, with what a test changes of it."""
    where = place(quote, of)
    paragraphs = touched(of, where.start, where.end)
    sound = {
        "n": n,
        "article_id": of.article_id,
        "version": 1,
        "paragraph": paragraphs[0].number,
        "paragraphs": [p.number for p in paragraphs],
        "start": where.start,
        "end": where.end,
        "quote": quote,
        "text": of.slice(paragraphs[0]),
        "prefix": "",
        "suffix": "",
        "title": of.title,
        "source": "strike.md",
    }
    return Citation.model_validate(sound | changes)


FIRST, SECOND, THIRD = (citation(n, text) for n, text in enumerate(PARAGRAPHS, start=1))
CITATIONS = (FIRST, SECOND, THIRD)


def question(*, answerable: bool = True, **changes: Any) -> GoldQuestion:
    return GoldQuestion.model_validate(
        {
            "id": "q-1",
            "split": "dev",
            "question": "how many guards died in damascus",
            "type": "factoid" if answerable else "unanswerable",
            "family": "f-1",
            "answerable": answerable,
        }
        | changes
    )


def reply(*said: Said, answer: str | None = None, **changes: Any) -> Reply:
    """A reply of these sentences, each with its citations; the answer is made of them."""
    text = " ".join(t + "".join(f" [{n}]" for n in cites) for t, cites in said)
    return Reply.model_validate(
        {
            "id": "q-1",
            "question": "how many guards died in damascus",
            "standalone_question": "how many guards died in damascus",
            "status": "answered",
            "answer": text if answer is None else answer,
            "sentences": [
                Sentence(text=t, citations=list(cites), support="supported", score=1.0)
                for t, cites in said
            ],
            "citations": list(CITATIONS),
            "confidence": 0.9,
            "generator": "test",
            "library": LibraryState(articles=1, paragraphs=3, revision=""),
            "timings_ms": Timings(),
        }
        | changes
    )


def answered(
    *said: Said,
    groups: Sequence[GoldGroup] = (),
    retrieved: Sequence[Place] = (),
    record: Record = RECORD,
    answerable: bool = True,
    **changes: Any,
) -> Case:
    """The case of a reply of these sentences."""
    return Case(
        question(answerable=answerable),
        reply(*said, **changes),
        tuple(retrieved),
        tuple(groups),
        record,
    )


def declined(*, answer: str = "The articles do not say.", **changes: Any) -> Case:
    """The case of a reply that abstains."""
    return answered(answer=answer, status="abstained", **({"citations": []} | changes))


def empty(*, answerable: bool = True, **changes: Any) -> Case:
    """The case of an empty answer that does not abstain."""
    return answered(**({"answer": "", "citations": [], "answerable": answerable} | changes))


def ranked(retrieved: Sequence[Place], groups: Sequence[GoldGroup]) -> Case:
    """A case of retrieval alone."""
    return answered(retrieved=retrieved, groups=groups)


def spot(start: int, end: int, article_id: str = "a") -> Place:
    return Place(article_id, start, end)


def wanted(*places: Place, name: str = "g") -> GoldGroup:
    return GoldGroup(name, places)


def overlap_support(premise: str, claim: str) -> float:
    """A toy: 1 if the premise has every word of the claim, 0.5 if half of them, else 0."""
    asked, there = content_terms(claim), set(content_terms(premise))
    share = sum(term in there for term in asked) / len(asked)
    return 1.0 if share == 1 else 0.5 if share >= 0.5 else 0.0
