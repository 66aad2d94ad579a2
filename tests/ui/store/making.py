"""Replies, and a clock that is set by hand."""

from datetime import UTC, datetime, timedelta
from typing import Any

from rag.reply import Citation, LibraryState, Reply, Sentence, Timings

QUOTE = "The attack failed."


class Clock:
    """A second later each time that it is read; `forward` sets it on."""

    def __init__(self) -> None:
        self.at = datetime(2026, 10, 2, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.forward(seconds=1)
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


def citation(n: int = 1) -> Citation:
    return Citation(
        n=n, article_id="briefing", version=1, paragraph=1, paragraphs=[1], start=0,
        end=len(QUOTE), quote=QUOTE, text=f"{QUOTE} It did.", prefix="", suffix=" It did.",
        title="Briefing", source="briefing.md",
    )  # fmt: skip


def reply(question: str = "Who spoke?", answer: str = "Kirby did. [1]", **fields: Any) -> Reply:
    """A reply with one sentence and one citation."""
    values: dict[str, Any] = {
        "id": "q1", "question": question, "standalone_question": question, "status": "answered",
        "answer": answer, "confidence": 0.5, "generator": "extractive",
        "sentences": [Sentence(text=answer, citations=[1], support="supported", score=0.9)],
        "citations": [citation()], "timings_ms": Timings(total=250),
        "library": LibraryState(articles=3, paragraphs=9, revision="1"),
    }  # fmt: skip
    return Reply(**{**values, **fields})
