"""GET /v1/articles…: what the library holds, down to a paragraph of a version."""

from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import Field
from sqlalchemy import Connection

from rag.errors import NotInLibrary
from rag.library import catalogue
from rag.library.rows import VersionInfo, VersionText
from ui.listing import has_words
from ui.narrowing import find
from ui.service.article_bodies import (
    Article,
    Articles,
    Changes,
    OpenedParagraph,
    Version,
    Versions,
    article_told,
    changes_told,
    paragraph_told,
    version_told,
)
from ui.service.errors import told
from ui.service.texts import Given, Id, Words
from ui.site import Site

MOST = 500
"""Articles of one page."""

Number = Annotated[int, Path(ge=1, le=10**9)]


class ListTyped(Given):
    """Which articles to list: those with every word in id, title, outlet, date or source."""

    words: Words = ""
    removed: bool = Field(default=False, description="those taken out of the answers instead")
    limit: int = Field(default=50, ge=1, le=MOST)
    offset: int = Field(default=0, ge=0, le=10**9)


class ChangesTyped(Given):
    """Which versions to compare; left out, the newest with the one before it."""

    before: int | None = Field(default=None, alias="from", ge=1, le=10**9)
    after: int | None = Field(default=None, alias="to", ge=1, le=10**9)


def routes(site: Site) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["articles"], responses=told(422))
    library = site.engine.library
    missing = told(404)

    @router.get("/v1/articles", summary="List articles")
    def articles(typed: Annotated[ListTyped, Query()]) -> Articles:
        with library.reading() as db:
            known = catalogue.list_articles(db, removed=True)
        chosen = [
            info
            for info in known
            if info.removed == typed.removed and has_words(info, typed.words.split())
        ]
        names = {info.article_row: info.article_id for info in known}
        page = chosen[typed.offset : typed.offset + typed.limit]
        return Articles(
            total=len(chosen),
            limit=typed.limit,
            offset=typed.offset,
            articles=[article_told(info, names.get(info.story or 0)) for info in page],
        )

    @router.get("/v1/articles/{article}", summary="One article", responses=missing)
    def article(article: Id) -> Article:
        with library.reading() as db:
            info = find(db, article)
            first = catalogue.article_of_story(db, info.story) if info.story else None
        return article_told(info, first)

    @router.get("/v1/articles/{article}/versions", summary="Its versions", responses=missing)
    def versions(article: Id) -> Versions:
        with library.reading() as db:
            known = _versions(db, article)
        return Versions(
            article_id=known[0].article_id, versions=[article_told(info) for info in known]
        )

    @router.get(
        "/v1/articles/{article}/versions/{version}",
        summary="A version with its paragraphs",
        responses=missing,
    )
    def version(article: Id, version: Number) -> Version:
        with library.reading() as db:
            return version_told(_read(db, article, version))

    @router.get(
        "/v1/articles/{article}/versions/{version}/paragraphs/{paragraph}",
        summary="A paragraph, as a citation has it",
        responses=missing,
    )
    def paragraph(article: Id, version: Number, paragraph: Number) -> OpenedParagraph:
        with library.reading() as db:
            return paragraph_told(_read(db, article, version), paragraph)

    @router.get("/v1/articles/{article}/changes", summary="Between two versions", responses=missing)
    def changes(article: Id, typed: Annotated[ChangesTyped, Query()]) -> Changes:
        with library.reading() as db:
            newest = _versions(db, article)[-1].number
            after = typed.after or newest
            before = typed.before or max(1, after - 1)
            return changes_told(_read(db, article, before), _read(db, article, after))

    return router


def _versions(db: Connection, article: str) -> list[VersionInfo]:
    return catalogue.list_versions(db, find(db, article).article_id)


def _read(db: Connection, article: str, version: int) -> VersionText:
    name = find(db, article).article_id
    try:
        return catalogue.read_version(db, name, version)
    except NotInLibrary as error:
        known = len(catalogue.list_versions(db, name))
        raise NotInLibrary(
            f"There is no version {version} of the article {name!r}; it has 1 to {known}."
        ) from error
