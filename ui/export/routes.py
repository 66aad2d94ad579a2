"""Conversations and answers as files to keep."""

from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Query, Request, Response

from rag.errors import NotInLibrary
from ui.export.formats import FORMATS, Exported, export
from ui.readers import reader_of
from ui.service.errors import told
from ui.site import Site
from ui.store.records import Conversation

As = Annotated[
    str,
    Query(
        alias="as",
        description="The format of the file.",
        json_schema_extra={"enum": list(FORMATS)},
    ),
]

_FILE: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The file, as an attachment.",
        "content": {form.media_type.partition(";")[0]: {} for form in FORMATS.values()},
    },
}


def routes(site: Site) -> APIRouter:
    """Return the addresses of exports; they raise UsageError and NotInLibrary."""
    router = APIRouter(tags=["exports"], default_response_class=Response, responses=told(404, 422))

    @router.get(
        "/conversations/{conversation}/export", summary="A conversation as a file", responses=_FILE
    )
    def export_conversation(conversation: str, request: Request, as_: As) -> Response:
        """Return one of the reader's own conversations as a file."""
        reader = reader_of(request)
        found = site.store.conversation(reader, conversation)
        if found is None:
            raise NotInLibrary(f"There is no conversation {conversation!r} of yours here.")
        exchanges = site.store.exchanges(reader, conversation)
        return _attached(export(found, exchanges, as_, **_now(request)))

    @router.get("/answers/{answer}/export", summary="An answer as a file", responses=_FILE)
    def export_answer(answer: str, request: Request, as_: As) -> Response:
        """Return one answer as a file, to whoever has its permalink."""
        found = site.store.answer(answer)
        if found is None:
            raise NotInLibrary(f"There is no answer {answer!r} here.")
        # The conversation that it comes from is its reader's own.
        alone = Conversation(found.id, found.reply.question, found.asked_at, found.asked_at)
        return _attached(export(alone, [found], as_, **_now(request)))

    return router


def _now(request: Request) -> dict[str, Any]:
    return {"accessed": datetime.now(UTC).date(), "base_url": str(request.base_url)}


def _attached(file: Exported) -> Response:
    named = f"filename=\"{file.filename}\"; filename*=UTF-8''{quote(file.filename)}"
    return Response(
        file.content,
        media_type=file.media_type,
        headers={
            "Content-Disposition": f"attachment; {named}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )
