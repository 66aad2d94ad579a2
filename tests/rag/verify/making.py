"""Sources to check claims against: paragraphs of the shipped record, and made ones."""

from functools import cache
from pathlib import Path

import yaml

from rag.generate.source import Source
from rag.library.records import Paragraph, Sentence
from rag.library.rows import VersionInfo, VersionText
from rag.sentences import sentence_spans
from rag.support import SupportModel
from rag.verify.claims import Checked, ClaimChecker
from rag.verify.draft import Draft, SentenceCutter

RECORD = Path(__file__).parents[3] / "data/articles"


def version(text: str, *, speaker: str | None = None, **known: str | None) -> VersionText:
    """A version whose paragraphs stand between blank lines."""
    paragraphs = []
    position = 0
    for number, part in enumerate(text.split("\n\n"), start=1):
        paragraphs.append(Paragraph(number, position, position + len(part), speaker))
        position += len(part) + 2
    given = {
        "title": "A title", "author": None, "outlet": None, "kind": "report", "url": None,
        "published": None, **known,
    }  # fmt: skip
    info = VersionInfo(
        row=1, article_row=1, article_id="made", key="made", root=None, number=1, current=True,
        removed=False, sha256="0", source="made", added_at="2024-01-01", story=None,
        paragraphs=len(paragraphs), **given,
    )  # fmt: skip
    return VersionText(info, text, tuple(paragraphs))


def source(n: int, text: VersionText, number: int = 1) -> Source:
    """Source n: a paragraph of a version, all of it shown."""
    paragraph = text.paragraph(number)
    sentences = tuple(
        Sentence(number, paragraph.start + a, paragraph.start + b)
        for a, b in sentence_spans(text.slice(paragraph))
    )
    return Source(n, text, paragraph, sentences, sentences)


def made(n: int, text: str, **known: str | None) -> Source:
    """Source n: an article of one paragraph."""
    return source(n, version(text, **known))


@cache
def article(name: str) -> VersionText:
    """An article of the shipped record."""
    _, front, body = (RECORD / f"{name}.md").read_text(encoding="utf-8").split("---\n", 2)
    known = yaml.safe_load(front)
    return version(
        body.strip(), title=known["title"], outlet=known["outlet"], kind=known["kind"],
        published=str(known["published"]),
    )  # fmt: skip


def checker(*sources: Source, question: str = "What happened?") -> ClaimChecker:
    return ClaimChecker(sources, SupportModel(), question)


def check(claim: str, *sources: Source, cited: tuple[int, ...] = (1,)) -> Checked:
    """One sentence against these sources, by a checker of its own."""
    return checker(*sources).check(Draft(claim, cited, complete=True))


def cut(text: str, *lengths: int) -> list[Draft]:
    """The drafts of a text that streams in pieces of these lengths, the last as often as needed."""
    cutter = SentenceCutter()
    drafts: list[Draft] = []
    position = index = 0
    while position < len(text):
        length = lengths[min(index, len(lengths) - 1)] if lengths else len(text)
        drafts += cutter.feed(text[position : position + length])
        position, index = position + length, index + 1
    return drafts + cutter.close()
