"""POST and GET /v1/search: the passages nearest to a question, without an answer."""

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query, Request
from pydantic import Field

from rag.answerer import check_question
from rag.errors import LibraryEmpty
from rag.search import PassageFound
from ui.engine import Engine
from ui.service.desk import desk_of
from ui.service.errors import told
from ui.service.leaving import unless_left
from ui.service.narrowed import FiltersGiven
from ui.service.texts import Given, Question, Told
from ui.site import Site

MOST = 200
"""Passages of one search."""

Limit = Annotated[int, Field(ge=1, le=MOST)]


class SearchGiven(Given):
    """What to look for."""

    query: Question = Field(examples=["consulate in Damascus"])
    limit: Limit | None = Field(
        default=None, description="passages at most; the setting `results` else"
    )
    filters: FiltersGiven = FiltersGiven()


class SearchTyped(FiltersGiven):
    """The same in an address."""

    query: Question
    limit: Limit | None = None


class SearchFound(Told):
    """The passages found, best first."""

    query: str
    results: list[PassageFound]


def routes(site: Site) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["search"], responses=told(404, 409, 422))
    turnstile = desk_of(site).turnstile

    @router.post("/v1/search", summary="Search for passages", responses=told(400))
    async def search(request: Request, given: SearchGiven) -> SearchFound:
        return await unless_left(request, turnstile.run_async(partial(_found, site.engine, given)))

    @router.get("/v1/search", summary="Search for passages, by an address")
    async def search_typed(request: Request, typed: Annotated[SearchTyped, Query()]) -> SearchFound:
        filters = FiltersGiven(**typed.model_dump(exclude={"query", "limit"}))
        given = SearchGiven(query=typed.query, limit=typed.limit, filters=filters)
        return await search(request, given)

    return router


def _found(engine: Engine, given: SearchGiven) -> SearchFound:
    query = check_question(given.query, most=engine.settings.question_characters)
    filters = given.filters.resolved(engine)
    if not engine.library.stats().articles:
        raise LibraryEmpty("The library holds no article yet; add some first.")
    found = engine.search(query, filters=filters, limit=given.limit)
    return SearchFound(query=query, results=found)
