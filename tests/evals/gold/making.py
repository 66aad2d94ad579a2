"""Articles and questions made for these tests."""

import hashlib
from pathlib import Path
from typing import Any

from evals.gold.anchors import anchored
from evals.gold.articles import ArticleText, Record
from evals.gold.files import Placed
from evals.gold.question import GoldQuestion
from rag.library.records import Paragraph

PARAGRAPHS = (
    "On 1 April 2024 a strike hit a building in Damascus.",
    "The Guards said that seven of their members were killed.",
    "Syria's ministry later gave the number of the dead as 16.",
)


def article(*paragraphs: str, article_id: str = "strike") -> ArticleText:
    numbered, position = [], 0
    for number, paragraph in enumerate(paragraphs, start=1):
        numbered.append(Paragraph(number, position, position + len(paragraph)))
        position += len(paragraph) + 2
    text = "\n\n".join(paragraphs)
    digest = hashlib.sha256(text.encode()).hexdigest()
    return ArticleText(article_id, digest, "The strike", "2024-04-02", text, tuple(numbered))


def record(*paragraphs: str) -> Record:
    return Record([article(*(paragraphs or PARAGRAPHS))])


def span(quote: str, **more: Any) -> dict[str, Any]:
    """A complete anchor into the article of PARAGRAPHS."""
    one = article(*PARAGRAPHS)
    start = one.text.index(quote)
    return anchored(one, start, start + len(quote)).model_dump() | more


def question(**changes: Any) -> dict[str, Any]:
    """A sound question, with what a test changes of it."""
    return {
        "id": "q-1",
        "schema": 1,
        "split": "dev",
        "question": "how many guards died in damascus",
        "type": "factoid",
        "family": "f-1",
        "answerable": True,
        "answers": [{"text": "Seven of them were killed."}],
        "nuggets": [
            {"id": "n1", "text": "Seven were killed.", "match": {"any_of": [{"all_of": ["seven"]}]}}
        ],
        "evidence": [{"group": "g1", "any_of": [span("seven of their members were killed")]}],
    } | changes


def placed(number: int = 1, **changes: Any) -> Placed:
    return Placed(Path("gold.jsonl"), number, GoldQuestion.model_validate(question(**changes)))
