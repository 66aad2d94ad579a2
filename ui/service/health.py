"""/healthz and /metrics: whether the service can answer, and its figures."""

from fastapi import APIRouter
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from starlette.responses import Response

from rag.errors import LibraryNotFound
from rag.library.database import FILE
from ui.service.desk import desk_of
from ui.service.errors import told
from ui.service.texts import Told
from ui.site import Site


class Health(Told):
    """What is searched; whoever asks, so that no address of a model is told."""

    ok: bool
    articles: int
    paragraphs: int
    revision: str


def routes(site: Site) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["health"], responses=told())
    metrics = desk_of(site).metrics

    @router.get("/healthz", summary="Whether questions can be answered")
    def healthz() -> Health:
        library = site.engine.library
        if not (library.folder / FILE).is_file():
            # An open file outlives its folder: all would seem well, and nothing be kept.
            raise LibraryNotFound("The library's folder is gone; stop the server and look for it.")
        stats = library.stats()
        return Health(
            ok=True,
            articles=stats.articles,
            paragraphs=stats.paragraphs,
            revision=stats.revision,
        )

    @router.get(
        "/metrics",
        summary="Figures for Prometheus",
        response_class=Response,
        responses={200: {"content": {"text/plain": {"schema": {"type": "string"}}}}},
    )
    def figures() -> Response:
        return Response(
            generate_latest(metrics.registry),
            headers={"Content-Type": CONTENT_TYPE_PLAIN_0_0_4},
        )

    return router
