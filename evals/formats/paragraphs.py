"""Paragraph ids, `article-id#p3`: names for other tools, made at run time and never stored."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import unquote

from evals.case import Place
from evals.gold.anchors import locate
from evals.gold.articles import ArticleText, Record
from evals.gold.question import GoldQuestion, Span
from evals.metrics.resolution import touched
from rag.library.records import Paragraph

_ID = re.compile(r"(?P<article>.+)#p(?P<number>[1-9][0-9]{0,8})")
_NOT_IN_A_COLUMN = re.compile(r"[\s%]")


@dataclass(frozen=True, slots=True)
class Named:
    """A paragraph under the id that `dateline show` takes."""

    article: ArticleText
    paragraph: Paragraph

    @property
    def id(self) -> str:
        """`article-id#p3`."""
        return f"{self.article.article_id}#p{self.paragraph.number}"

    @property
    def text(self) -> str:
        """The paragraph itself."""
        return self.article.slice(self.paragraph)

    @property
    def place(self) -> Place:
        """Where it stands."""
        return Place(self.article.article_id, self.paragraph.start, self.paragraph.end)


def all_paragraphs(record: Record) -> Iterator[Named]:
    """Yield every paragraph of the record, articles in the order of their ids."""
    for _, article in sorted(record.articles.items()):
        for paragraph in article.paragraphs:
            yield Named(article, paragraph)


def find_paragraph(record: Record, id_: str) -> Named | None:
    """Return the paragraph of that id, also if it was written for a column; None if unknown."""
    for written in dict.fromkeys((id_, unquote(id_))):
        match = _ID.fullmatch(written)
        article = record.articles.get(match["article"]) if match else None
        if match and article:
            number = int(match["number"])
            found = (p for p in article.paragraphs if p.number == number)
            return next((Named(article, paragraph) for paragraph in found), None)
    return None


def paragraphs_at(record: Record, places: Iterable[Place]) -> list[Named]:
    """Return the paragraphs that the places touch, each once, in their order."""
    found = {
        (named.id): named
        for place in places
        if (article := record.find(place.article)) is not None
        for paragraph in touched(article, place.start, place.end)
        for named in [Named(article, paragraph)]
    }
    return list(found.values())


def gold_paragraphs(question: GoldQuestion, record: Record) -> list[list[Named]]:
    """Return, for each group of the evidence, the paragraphs that its spans stand in."""
    return [paragraphs_at(record, _places(group.any_of, record)) for group in question.evidence]


def _places(spans: Sequence[Span], record: Record) -> list[Place]:
    found = [locate(span, record) for span in spans]
    return [
        Place(f.span.article, f.span.start or 0, f.span.end or 0)
        for f in found
        if f.sure and f.span is not None
    ]


def in_column(id_: str) -> str:
    """Return an id for a format whose columns end at white space: that, and `%`, is encoded."""
    return _NOT_IN_A_COLUMN.sub(
        lambda m: "".join(f"%{byte:02X}" for byte in m.group().encode()), id_
    )
