"""The line below an answer: who wrote it, from what, as of when, how surely and how fast."""

from collections.abc import Iterator

from rag.answerer import EXTRACTIVE
from rag.reply import Reply
from ui.dates import readable
from ui.plain import plain

SURELY = ((0.75, "strong"), (0.55, "fair"), (0.0, "thin"))
"""What a confidence is called from which value on."""

LEAST_SECONDS = 0.1
LEAST_COST = 0.0001
"""What is quicker (seconds) or cheaper (USD) is not told more exactly."""


def meta(reply: Reply) -> list[str]:
    """Return the parts of the line, in order."""
    first, *rest = _parts(reply)
    return [first[:1].upper() + first[1:], *rest]


def evidence_in_words(confidence: float) -> str:
    """Return how well the articles match the question."""
    return next(word for least, word in SURELY if confidence >= least)


def _parts(reply: Reply) -> Iterator[str]:
    abstained = reply.status == "abstained"
    if reply.generator != EXTRACTIVE:
        yield f"Written by {plain(reply.generator)}, every sentence checked"
    elif not abstained:
        yield "Sentences taken from the articles"
    yield f"as of {readable(reply.as_of)}" if reply.as_of else "articles of all dates"
    if not abstained:
        yield f"evidence: {evidence_in_words(reply.confidence)}"
    yield f"{_count(reply.library.articles, 'article')}, " + _count(
        reply.library.paragraphs, "paragraph"
    )
    yield f"{max(reply.timings_ms.total / 1000, LEAST_SECONDS):.1f} s"
    if reply.usage.cost_usd:
        told = max(reply.usage.cost_usd, LEAST_COST)
        yield f"{'less than ' if told > reply.usage.cost_usd else ''}${told:.4f}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
