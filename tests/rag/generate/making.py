"""Evidence without a library: articles as candidates, each paragraph one passage or several."""

from collections.abc import Sequence

import numpy as np

from rag.library.records import Paragraph, Sentence
from rag.library.rows import StoredPassage, VersionInfo, VersionText
from rag.retrieve import Hit
from rag.select import Candidate


def version(
    *paragraphs: Sequence[str],
    name: str = "report",
    speakers: Sequence[str | None] = (),
    **known: str | None,
) -> VersionText:
    """An article of these paragraphs, each given by its sentences."""
    texts = [" ".join(sentences) for sentences in paragraphs]
    listed: list[Paragraph] = []
    position = 0
    for number, text in enumerate(texts, start=1):
        speaker = speakers[number - 1] if speakers else None
        listed.append(Paragraph(number, position, position + len(text), speaker))
        position += len(text) + 2
    given = {
        "title": "A report", "author": None, "outlet": None, "kind": "report", "url": None,
        "published": None, **known,
    }  # fmt: skip
    info = VersionInfo(
        row=1 + sum(map(ord, name)), article_row=1, article_id=name, key=name, root=None, number=1,
        current=True, removed=False, sha256="", source=name, added_at="", story=None,
        paragraphs=len(listed), **given,
    )  # fmt: skip
    return VersionText(info, "\n\n".join(texts), tuple(listed))


def candidates(
    text: VersionText, *paragraphs: Sequence[str], passage: int | None = None
) -> list[Candidate]:
    """All sentences of a version in its order; of a paragraph so many make a passage."""
    found: list[Candidate] = []
    for number, sentences in enumerate(paragraphs, start=1):
        spans: list[Sentence] = []
        position = text.paragraph(number).start
        for sentence in sentences:
            spans.append(Sentence(number, position, position + len(sentence)))
            position += len(sentence) + 1
        size = passage or max(1, len(spans))
        for first in range(0, len(spans), size):
            found += _of_passage(text, spans[first : first + size])
    return found


def article(
    *paragraphs: Sequence[str], passage: int | None = None, **known: str | None
) -> list[Candidate]:
    """The candidates of an article that is made of these paragraphs."""
    return candidates(version(*paragraphs, **known), *paragraphs, passage=passage)


def _of_passage(text: VersionText, spans: Sequence[Sentence]) -> list[Candidate]:
    info = text.info
    none = np.zeros(0, np.float32)
    table = np.array([(s.paragraph, s.start, s.end) for s in spans], np.int32)
    stored = StoredPassage(
        id=1, version=info.row, ordinal=0, start=spans[0].start, end=spans[-1].end,
        first=spans[0].paragraph, last=spans[-1].paragraph, header=info.title, vector=none,
        sentence_table=table, sentence_vectors=np.zeros((0, 0), np.int8),
        article_id=info.article_id, version_number=1, title=info.title, outlet=info.outlet,
        kind=None, published=info.published, story=None, event_dates=(),
    )  # fmt: skip
    hit = Hit(stored, 1.0, 0.5, 0.5, 0.0, none, dated=False)
    return [
        Candidate(hit, text, s, text.text[s.start : s.end], frozenset(), 0.5, 1.0) for s in spans
    ]
