"""The articles as gold anchors see them: clean text, its digest, its paragraphs."""

from collections.abc import Iterable
from dataclasses import dataclass

from rag.library import catalogue
from rag.library.library import Library
from rag.library.records import Paragraph


@dataclass(frozen=True, slots=True)
class ArticleText:
    """The current version of an article."""

    article_id: str
    sha256: str
    title: str
    published: str | None
    text: str
    paragraphs: tuple[Paragraph, ...]

    def paragraph_at(self, start: int, end: int) -> Paragraph | None:
        """Return the paragraph that holds the whole span, if one does."""
        return next((p for p in self.paragraphs if p.start <= start and end <= p.end), None)

    def slice(self, paragraph: Paragraph) -> str:
        """Return the text of a paragraph."""
        return self.text[paragraph.start : paragraph.end]


class Record:
    """All articles that anchors may point into, by id and by the digest of their text."""

    def __init__(self, articles: Iterable[ArticleText]) -> None:
        """Take the articles as they are now."""
        self.articles = {article.article_id: article for article in articles}
        self._by_digest = {article.sha256: article for article in self.articles.values()}

    def find(self, article_id: str, sha256: str | None = None) -> ArticleText | None:
        """Return the article of that id; else the one with that very text under another id."""
        known = self.articles.get(article_id)
        return known or (self._by_digest.get(sha256) if sha256 else None)


def record_of(library: Library) -> Record:
    """Return the current texts of a library; needs no model."""
    with library.reading() as db:
        infos = catalogue.list_articles(db)
        versions = catalogue.read_versions(db, [info.row for info in infos])
    return Record(
        ArticleText(
            v.info.article_id, v.info.sha256, v.info.title, v.info.published, v.text, v.paragraphs
        )
        for v in versions.values()
    )
