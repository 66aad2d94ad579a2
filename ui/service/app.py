"""The service in an application: its routes, errors and figures."""

from fastapi import APIRouter, FastAPI

from ui.service import (
    articles,
    ask,
    conversations,
    errors,
    feedback,
    health,
    openai,
    search,
)
from ui.service.desk import desk_of
from ui.service.metrics import CountRequests
from ui.site import Site

TITLE = "Dateline"

DESCRIPTION = (
    "Ask the record, check every source: answers about the Iran-Israel conflict from a library of "
    "news articles, each sentence with the paragraph that it rests on."
)

PARTS = (ask, search, articles, conversations, feedback, openai, health)


def openapi_app(version: str) -> FastAPI:
    """Return an application that describes itself at /openapi.json, and loads no page to do so."""
    return FastAPI(
        title=TITLE, description=DESCRIPTION, version=version, docs_url=None, redoc_url=None
    )


def routers(site: Site) -> list[APIRouter]:
    """Return the routes of the service."""
    return [part.routes(site) for part in PARTS]


def install(app: FastAPI, site: Site) -> None:
    """Put the service into an application: errors in one shape, routes, counted requests."""
    errors.install(app)
    for router in routers(site):
        app.include_router(router)
    app.add_middleware(CountRequests, metrics=desk_of(site).metrics)
