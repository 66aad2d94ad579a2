"""The whole application: service, permalinks, exports, MCP and page, behind the doors."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version

from fastapi import FastAPI
from starlette.routing import Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from ui import pages
from ui.export.routes import routes as exports
from ui.guard.guarded import guarded
from ui.mcp.http import PATH, mcp_app
from ui.service import uploads
from ui.service.app import install, openapi_app
from ui.service.desk import desk_of
from ui.site import Site
from ui.web.page import mounted


def application(site: Site) -> ASGIApp:
    """Return what a server serves for one site; raises UsageError for a bad file of users."""
    app = openapi_app(_version())
    install(app, site)
    app.include_router(uploads.routes(site))
    app.include_router(exports(site))
    app.include_router(pages.routes(site))
    _with_mcp(app, site)
    _with_page(app, site)
    return guarded(app, site)


def _with_mcp(app: FastAPI, site: Site) -> None:
    mcp = mcp_app(site)
    app.router.routes.append(Route(PATH, mcp))
    before = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(served: FastAPI) -> AsyncIterator[None]:
        async with before(served), mcp.running():
            yield
        desk_of(site).close()

    app.router.lifespan_context = lifespan


def _with_page(app: FastAPI, site: Site) -> None:
    """Serve the page at the addresses that are none of ours.

    Mounted, it would take those too that one of our routes refuses for their method.
    """
    mounted(app, site)
    page = app.router.routes.pop()
    assert isinstance(page, Mount)  # noqa: S101 (what Gradio has just mounted)
    unknown = app.router.default

    async def rest(scope: Scope, receive: Receive, send: Send) -> None:
        await (unknown if scope["path"].startswith("/v1/") else page.app)(scope, receive, send)

    app.router.default = rest


def _version() -> str:
    try:
        return version("dateline")
    except PackageNotFoundError:
        return "0"
