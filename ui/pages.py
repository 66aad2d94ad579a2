"""Pages of their own for answers, citations, articles and their changes: what links lead to."""

import hashlib
from collections.abc import Callable, Coroutine
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse
from fastapi.routing import APIRoute
from markupsafe import Markup

from rag.errors import DatelineError, NotInLibrary
from ui.markup.opened import LARGEST, Opened, Opener
from ui.markup.page import STYLES, page_html, style
from ui.plain import plain
from ui.service.errors import headers_of, status_of
from ui.site import Site

Number = Annotated[int, Path(ge=1, le=LARGEST)]
Chosen = Annotated[int, Query(ge=1, le=LARGEST)]

PRIVATE = {"Cache-Control": "private, no-cache"}
"""Versions are replaced, articles removed and answers deleted."""

NOT_THERE = "There is no such page."


class _PageRoute(APIRoute):
    """A route that tells its errors as a page."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handle = super().get_route_handler()

        async def told(request: Request) -> Response:
            try:
                return await handle(request)
            except RequestValidationError:
                return error_page(NotInLibrary(NOT_THERE))
            except DatelineError as error:
                return error_page(error)

        return told


def routes(site: Site) -> APIRouter:
    """Return the routes of permalinks and of their style sheets."""
    router = APIRouter(route_class=_PageRoute, include_in_schema=False)

    @router.get("/answers/{exchange}")
    def answer(request: Request, exchange: str) -> Response:
        return _page(_opener(site, request).answer(exchange))

    @router.get("/answers/{exchange}/citations/{number}")
    def citation(request: Request, exchange: str, number: Number) -> Response:
        return _page(_opener(site, request).citation(exchange, number))

    @router.get("/answers/{exchange}/nearest/{number}")
    def nearest(request: Request, exchange: str, number: Number) -> Response:
        return _page(_opener(site, request).citation(exchange, number, nearest=True))

    @router.get("/articles/{article}/versions/{version}")
    def article(request: Request, article: str, version: Number) -> Response:
        return _page(_opener(site, request).article(article, version))

    @router.get("/articles/{article}/versions/{version}/paragraphs/{paragraph}")
    def paragraph(request: Request, article: str, version: Number, paragraph: Number) -> Response:
        return _page(_opener(site, request).article(article, version, paragraph))

    @router.get("/articles/{article}/changes")
    def changes(
        request: Request,
        article: str,
        before: Annotated[Chosen, Query(alias="from")],
        after: Annotated[Chosen, Query(alias="to")],
    ) -> Response:
        return _page(_opener(site, request).changes(article, before, after))

    # By name, one by one: Gradio serves its own files below the same folder.
    for name in STYLES:
        router.add_api_route(_asset(name), _served(name), methods=["GET"])
    return router


def error_page(error: DatelineError) -> Response:
    """Return an error in one sentence, as a page."""
    status = status_of(error)
    heading = "Not found" if status == status_of(NotInLibrary()) else "That did not work"
    body = Markup('<div class="fragment asked"><h1>{}</h1>\n<p class="notice">{}</p></div>').format(
        heading, plain(str(error))
    )
    html = page_html(heading, body, styles=tuple(map(_asset, STYLES)))
    return HTMLResponse(html, status, headers=PRIVATE | headers_of(error))


def _opener(site: Site, request: Request) -> Opener:
    return Opener(site, base=str(request.base_url).rstrip("/"), alone=True)


def _page(opened: Opened) -> Response:
    html = page_html(opened.title, opened.body, styles=tuple(map(_asset, STYLES)))
    return HTMLResponse(html, headers=PRIVATE)


def _asset(name: str) -> str:
    return f"/assets/{name}"


def _served(name: str) -> Callable[[Request], Response]:
    def served(request: Request) -> Response:
        headers = {"ETag": _tag(name), "Cache-Control": "public, no-cache"}
        if _tag(name) in _tags(request):
            return Response(status_code=304, headers=headers)
        return Response(style(name), media_type="text/css", headers=headers)

    return served


def _tags(request: Request) -> set[str]:
    given = request.headers.get("if-none-match", "")
    return {tag.strip().removeprefix("W/") for tag in given.split(",")}


@cache
def _tag(name: str) -> str:
    return f'"{hashlib.sha256(style(name).encode("utf-8")).hexdigest()[:32]}"'
