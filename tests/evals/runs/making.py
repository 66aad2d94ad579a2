"""Small runs made for these tests."""

from pathlib import Path
from typing import Any

from evals.gold.question import GoldQuestion
from evals.runs.manifest import Manifest
from evals.runs.store import Answered, Found, portable
from rag.reply import Citation, LibraryState, Reply, Sentence, Timings

from ..gold.making import question


def manifest(**changes: Any) -> Manifest:
    values: dict[str, Any] = {
        "dateline": "1",
        "gold": "g",
        "questions": 2,
        "split": "dev",
        "corpus": "c",
        "articles": 1,
        "embedding": "hashing",
        "generator": "extractive",
        "settings": {"abstain_below": 0.5},
    }
    return Manifest.model_validate(values | changes)


def citation(**changes: Any) -> Citation:
    values: dict[str, Any] = {
        "n": 1, "article_id": "strike", "version": 1, "paragraph": 2, "paragraphs": [2],
        "start": 53, "end": 60, "quote": "seven of", "text": "The Guards said that seven of …",
        "prefix": "", "suffix": "", "title": "The strike", "source": "/somewhere/strike.md",
    }  # fmt: skip
    return Citation.model_validate(values | changes)


def reply(id_: str = "q-1", **changes: Any) -> Reply:
    values: dict[str, Any] = {
        "id": id_,
        "question": "how many",
        "standalone_question": "how many",
        "status": "answered",
        "answer": "Seven. [1]",
        "sentences": [Sentence(text="Seven.", citations=[1], support="supported", score=1.0)],
        "citations": [citation()],
        "confidence": 0.7,
        "generator": "extractive",
        "library": LibraryState(articles=1, paragraphs=3, revision="abc-1"),
        "timings_ms": Timings(retrieve=3.5, total=4.0),
    }
    return Reply.model_validate(values | changes)


def answered(id_: str = "q-1", **changes: Any) -> Answered:
    stored = portable(reply(id_, **changes))
    return Answered(id=id_, reply=stored, retrieved=(Found(article="strike", start=0, end=90),))


def gold_question(id_: str = "q-1", **changes: Any) -> GoldQuestion:
    return GoldQuestion.model_validate(question(id=id_, **changes))


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()
