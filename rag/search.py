"""Passages as people and programs see them."""

from dataclasses import dataclass

from rag.library import catalogue
from rag.library.library import Library
from rag.library.rows import NO_FILTERS, Filters, VersionText
from rag.models.embedder import Embedder
from rag.question import understand
from rag.rerank import READ, PassageReader, reranked
from rag.retrieve import Hit, retrieve
from rag.settings import Settings


@dataclass(frozen=True, slots=True)
class PassageFound:
    """A passage of the index with its text; `paragraphs` are the first and the last number.

    `before` and `after` are the paragraphs around it, None at the article's ends.
    """

    article_id: str
    version: int
    paragraphs: tuple[int, int]
    start: int
    end: int
    title: str
    outlet: str | None
    published: str | None
    speakers: tuple[str, ...]
    url: str | None
    source: str
    score: float
    cosine: float
    lexical: float
    text: str
    before: str | None
    after: str | None


def search_passages(
    library: Library,
    embedder: Embedder,
    settings: Settings,
    query: str,
    *,
    filters: Filters = NO_FILTERS,
    limit: int | None = None,
    reader: PassageReader | None = None,
) -> list[PassageFound]:
    """Return the best passages for a query, best first; `limit` defaults to the setting.

    With a `reader`, those in which it reads an answer come first.
    """
    vector = embedder.query(query)
    wanted = limit or settings.results
    most = max(wanted, READ) if reader else wanted
    with library.reading() as db:
        found = retrieve(
            db, library.dense, understand(query), vector, settings, filters=filters, limit=most
        )
        versions = catalogue.read_versions(db, {hit.passage.version for hit in found.hits})
    if reader is not None:
        found = reranked(query, found, versions, reader)
    return [_found(hit, versions[hit.passage.version]) for hit in found.hits[:wanted]]


def _found(hit: Hit, version: VersionText) -> PassageFound:
    passage, info = hit.passage, version.info
    numbers = range(passage.first, passage.last + 1)
    speakers = dict.fromkeys(version.paragraph(n).speaker for n in numbers)
    return PassageFound(
        article_id=info.article_id,
        version=info.number,
        paragraphs=(passage.first, passage.last),
        start=passage.start,
        end=passage.end,
        title=info.title,
        outlet=info.outlet,
        published=info.published,
        speakers=tuple(name for name in speakers if name),
        url=info.url,
        source=info.source,
        score=hit.score,
        cosine=hit.cosine,
        lexical=hit.lexical,
        text=version.text[passage.start : passage.end],
        before=_paragraph(version, passage.first - 1),
        after=_paragraph(version, passage.last + 1),
    )


def _paragraph(version: VersionText, number: int) -> str | None:
    inside = 1 <= number <= len(version.paragraphs)
    return version.slice(version.paragraph(number)) if inside else None
