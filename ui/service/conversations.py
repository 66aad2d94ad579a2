"""/v1/conversations: a reader's own conversations, and what was said in them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from rag.errors import NotInLibrary
from rag.library.rows import Filters
from rag.reply import Reply
from ui import addresses
from ui.readers import reader_of
from ui.service.errors import told
from ui.service.texts import Given, Id, Name, Told, Words
from ui.site import Site
from ui.store.records import Conversation, Exchange


class Titled(Given):
    """What a conversation is called; a long title is cut."""

    title: Name = Field(examples=["April 2024"])


class Wanted(Given):
    """Which conversations to list: those with every word in titles, questions and answers."""

    words: Words = ""


class Conversations(Told):
    """A reader's conversations, the latest first."""

    conversations: list[Conversation]


class ExchangeTold(Told):
    """A question and its reply; `address` is the answer's permalink."""

    id: str
    conversation: str
    asked_at: str
    filters: Filters
    generator: str | None
    reply: Reply
    address: str


class Exchanges(Told):
    """What was asked and answered, in order."""

    exchanges: list[ExchangeTold]


def routes(site: Site) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["conversations"], responses=told(422, 423, 507))
    store = site.store
    missing, bodied = told(404), told(400)

    @router.get("/v1/conversations", summary="List conversations")
    def conversations(request: Request, typed: Annotated[Wanted, Query()]) -> Conversations:
        found = store.conversations(reader_of(request), typed.words)
        return Conversations(conversations=list(found))

    @router.post(
        "/v1/conversations", summary="Begin a conversation", status_code=201, responses=bodied
    )
    def begin(request: Request, given: Titled, response: Response) -> Conversation:
        begun = store.begin(reader_of(request), given.title)
        response.headers["Location"] = f"/v1/conversations/{begun.id}"
        return begun

    @router.get("/v1/conversations/{conversation}", summary="One conversation", responses=missing)
    def conversation(request: Request, conversation: Id) -> Conversation:
        return _required(site, reader_of(request), conversation)

    @router.patch(
        "/v1/conversations/{conversation}", summary="Rename it", responses=missing | bodied
    )
    def rename(request: Request, conversation: Id, given: Titled) -> Conversation:
        store.rename(reader_of(request), conversation, given.title)
        return _required(site, reader_of(request), conversation)

    @router.delete(
        "/v1/conversations/{conversation}",
        summary="Delete it with all its answers",
        status_code=204,
        responses=missing,
    )
    def delete(request: Request, conversation: Id) -> None:
        if not store.delete(reader_of(request), conversation):
            raise _missing(conversation)

    @router.get(
        "/v1/conversations/{conversation}/exchanges",
        summary="What was asked and answered in it",
        responses=missing,
    )
    def exchanges(request: Request, conversation: Id) -> Exchanges:
        reader = reader_of(request)
        _required(site, reader, conversation)
        found = store.exchanges(reader, conversation)
        return Exchanges(exchanges=[_told(each) for each in found])

    return router


def _required(site: Site, reader: str, conversation: str) -> Conversation:
    found = site.store.conversation(reader, conversation)
    if found is None:
        raise _missing(conversation)
    return found


def _missing(conversation: str) -> NotInLibrary:
    return NotInLibrary(
        f"There is no conversation {conversation!r}; /v1/conversations lists what there is."
    )


def _told(exchange: Exchange) -> ExchangeTold:
    return ExchangeTold(
        id=exchange.id,
        conversation=exchange.conversation,
        asked_at=exchange.asked_at,
        filters=exchange.asked.filters,
        generator=exchange.asked.generator,
        reply=exchange.reply,
        address=addresses.answer(exchange.id),
    )
