"""POST /v1/ask: a question, answered as one reply or as server-sent events."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Request
from fastapi.concurrency import run_in_threadpool
from pydantic import Field
from sse_starlette import EventSourceResponse
from starlette.responses import Response

from rag.asked import Ask, DoneEvent, Event, Turn
from rag.errors import DatelineError, NotInLibrary, UsageError
from rag.reply import Reply
from ui.readers import reader_of
from ui.service.desk import desk_of
from ui.service.errors import told
from ui.service.events import EXAMPLE, as_sent, failure
from ui.service.leaving import unless_left
from ui.service.narrowed import FiltersGiven
from ui.service.texts import Given, Id, Name, OnlyText, Question
from ui.site import Site
from ui.store.keeping import unkept
from ui.store.records import Asked

REMEMBERED = 8
"""Earlier exchanges that a follow-up may lean on."""

EXCHANGE = "Dateline-Exchange"
"""Header with the id of the answer that was stored; in the stream, the id of the event `done`."""


class Earlier(Given):
    """An earlier exchange of a conversation that is not kept here."""

    question: Question
    reply: Annotated[Reply, OnlyText]


class AskGiven(Given):
    """A question; with `conversation` it leans on that, and the answer is kept there."""

    question: Question = Field(examples=["Who condemned the attack of April 2024?"])
    conversation: Id | None = None
    history: Annotated[list[Earlier], Field(max_length=REMEMBERED)] = Field(
        default=[],
        description="earlier exchanges, the replies as they were given; not with conversation",
    )
    filters: FiltersGiven = FiltersGiven()
    generator: Name | None = Field(
        default=None, description="what writes the answer; see /v1/models"
    )
    drafts: bool = Field(default=False, description="also what a model wrote that no source bears")
    stream: bool | None = Field(default=None, description="server-sent events; else as Accept asks")


@dataclass(frozen=True, slots=True)
class _Asking:
    """A question on its way, and where its answer is kept."""

    site: Site
    reader: str
    ask: Ask
    generator: str | None
    conversation: str | None

    def kept(self, reply: Reply) -> tuple[Reply, str | None]:
        """Store the reply if it belongs to a conversation; return it with the exchange's id.

        Without an id where it cannot be stored: then its notice says so.
        """
        if self.conversation is None:
            return reply, None
        asked = Asked(self.ask.filters, self.generator)
        try:
            return reply, self.site.store.put(self.reader, self.conversation, asked, reply).id
        except DatelineError as error:
            return unkept(reply, error), None


EVENT = {
    "type": "object",
    "properties": {
        "event": {"type": "string", "enum": ["sources", "sentence", "done", "error"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
        "id": {"type": "string"},
    },
    "required": ["event", "data"],
}
"""One event, as OpenAPI's tools read a stream."""


def routes(site: Site) -> APIRouter:
    """Return the route."""
    router = APIRouter(tags=["answers"])
    desk = desk_of(site)

    @router.post(
        "/v1/ask",
        summary="Ask a question",
        response_class=Response,
        responses={
            200: {
                "model": Reply,
                "description": "The reply; or, as events, sources, then each sentence, then done.",
                "content": {"text/event-stream": {"schema": EVENT, "example": EXAMPLE}},
                "headers": {EXCHANGE: {"schema": {"type": "string"},
                                       "description": "the id of the answer, if it was stored"}},
            },
            **told(400, 404, 409, 422, 423, 507),
        },
    )  # fmt: skip
    async def ask(request: Request, given: AskGiven) -> Response:
        asking = await run_in_threadpool(_asking, site, reader_of(request), given)
        if _streams(request, given):
            events = desk.stream(asking.ask, generator=asking.generator)
            # Until the first event an error still has a status of its own.
            first = await unless_left(request, anext(events))
            return EventSourceResponse(_sent(first, events, asking), sep="\n")
        reply = await unless_left(request, desk.answer(asking.ask, generator=asking.generator))
        reply, kept = await run_in_threadpool(asking.kept, reply)
        headers = {EXCHANGE: kept} if kept else None
        return Response(reply.model_dump_json(), headers=headers, media_type="application/json")

    return router


def _asking(site: Site, reader: str, given: AskGiven) -> _Asking:
    """Return a request as a question; raises UsageError, NotInLibrary."""
    history = tuple(Turn(each.question, each.reply) for each in given.history)
    if given.conversation is not None:
        if history:
            raise UsageError("Give either conversation or history, not both.")
        history = _kept(site, reader, given.conversation)
    ask = Ask(
        given.question,
        history=history,
        filters=given.filters.resolved(site.engine),
        drafts=given.drafts,
    )
    return _Asking(site, reader, ask, given.generator, given.conversation)


def _kept(site: Site, reader: str, conversation: str) -> tuple[Turn, ...]:
    if site.store.conversation(reader, conversation) is None:
        raise NotInLibrary(f"There is no conversation {conversation!r}; begin one, then ask.")
    exchanges = site.store.exchanges(reader, conversation)[-REMEMBERED:]
    return tuple(Turn(each.reply.question, each.reply) for each in exchanges)


def _streams(request: Request, given: AskGiven) -> bool:
    if given.stream is not None:
        return given.stream
    return "text/event-stream" in request.headers.get("accept", "")


async def _sent(
    first: Event, events: AsyncGenerator[Event, None], asking: _Asking
) -> AsyncGenerator[dict[str, Any], None]:
    """Yield the events as they are sent; what goes wrong is the last of them."""
    async with aclosing(events):
        try:
            yield as_sent(first)
            async for event in events:
                if isinstance(event, DoneEvent):
                    reply, kept = await run_in_threadpool(asking.kept, event.reply)
                    yield as_sent(DoneEvent(reply), kept)
                else:
                    yield as_sent(event)
        except Exception as error:  # noqa: BLE001 (the edge: the status is sent already)
            yield failure(error)
