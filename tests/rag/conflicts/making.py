"""Articles as candidates, without a library: the best ranked comes first."""

import re

import numpy as np

from rag.library.records import Paragraph, Sentence
from rag.library.rows import StoredPassage, VersionInfo, VersionText
from rag.retrieve import Hit
from rag.select import Candidate
from rag.sentences import sentence_spans


def article(
    text: str,
    *,
    name: str = "report",
    title: str = "A report",
    published: str | None = "2024-10-02",
    outlet: str | None = None,
    event_dates: tuple[str, ...] = (),
) -> list[Candidate]:
    """The sentences of a text whose paragraphs stand between empty lines."""
    spans = [m.span() for m in re.finditer(r"[^\n]+", text)]
    paragraphs = tuple(Paragraph(n, a, b) for n, (a, b) in enumerate(spans, start=1))
    info = VersionInfo(
        row=1, article_row=1, article_id=name, key=name, root=None, number=1, current=True,
        removed=False, sha256="", source=name, title=title, author=None, outlet=outlet, kind=None,
        url=None, published=published, added_at="", story=None, paragraphs=len(paragraphs),
    )  # fmt: skip
    version = VersionText(info, text, paragraphs)
    sentences = [
        Sentence(p.number, p.start + a, p.start + b)
        for p in paragraphs
        for a, b in sentence_spans(version.slice(p))
    ]
    hit = _hit(info, len(text), len(paragraphs), event_dates)
    return [
        Candidate(hit, version, s, text[s.start : s.end], frozenset(), 0.5, 1.0) for s in sentences
    ]


def _hit(info: VersionInfo, end: int, last: int, event_dates: tuple[str, ...]) -> Hit:
    none = np.zeros(0, np.float32)
    passage = StoredPassage(
        id=1, version=1, ordinal=0, start=0, end=end, first=1, last=last, header=info.title,
        vector=none, sentence_table=np.zeros((0, 3), np.int32),
        sentence_vectors=np.zeros((0, 0), np.int8), article_id=info.article_id, version_number=1,
        title=info.title, outlet=info.outlet, kind=None, published=info.published, story=None,
        event_dates=event_dates,
    )  # fmt: skip
    return Hit(passage, 1.0, 0.5, 0.5, 0.0, none, dated=False)
