"""/v1/chat/completions and /v1/models, as OpenAI's clients expect them.

Source: the OpenAI API reference, Chat Completions and Models.
"""

from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import aclosing
from typing import Any

from fastapi import APIRouter, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from sse_starlette import EventSourceResponse
from starlette.responses import Response

from rag.asked import Event
from rag.errors import DatelineError, UsageError
from ui.engine import Engine
from ui.service.completion_bodies import (
    ChatGiven,
    Completion,
    Model,
    Models,
    OpenAIErrorBody,
)
from ui.service.completion_messages import asked
from ui.service.completion_writing import Writing
from ui.service.desk import desk_of
from ui.service.errors import headers_of, log, said, status_of, told
from ui.service.leaving import unless_left
from ui.service.texts import Id
from ui.site import Site

NAME = "dateline"
"""The model that stands for the default generator; `dateline/GENERATOR` names one."""

DONE = "[DONE]"


class UnknownModel(UsageError):
    """A model that there is not."""


class _Route(APIRoute):
    """Tells errors in OpenAI's shape."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler, its errors told."""
        handle = super().get_route_handler()

        async def handled(request: Request) -> Response:
            try:
                return await handle(request)
            except (DatelineError, RequestValidationError) as error:
                return _refused(error)

        return handled


def _told(*statuses: int) -> dict[int | str, dict[str, Any]]:
    return {
        status: response | ({} if status in (401, 413, 421) else {"model": OpenAIErrorBody})
        for status, response in told(*statuses).items()
    } | {"default": {"model": OpenAIErrorBody, "description": "Any other error."}}


EVENT = {"type": "object", "properties": {"data": {"type": "string"}}, "required": ["data"]}


def routes(site: Site) -> APIRouter:
    """Return the routes."""
    router = APIRouter(tags=["openai"], route_class=_Route)
    desk = desk_of(site)

    @router.get("/v1/models", summary="What can write answers", responses=_told())
    def models() -> Models:
        return Models(data=[Model(id=name) for name in _names(site.engine)])

    @router.get("/v1/models/{model:path}", summary="One of them", responses=_told(400, 404))
    def model(model: Id) -> Model:
        _generator(site.engine, model)
        return Model(id=model)

    @router.post(
        "/v1/chat/completions",
        summary="Ask as OpenAI's clients do",
        response_class=Response,
        responses={
            200: {"model": Completion, "description": "The completion, whole or as events.",
                  "content": {"text/event-stream": {"schema": EVENT}}},
            **_told(400, 404, 409),
        },
    )  # fmt: skip
    async def complete(request: Request, given: ChatGiven) -> Response:
        generator = _generator(site.engine, given.model)
        ask = asked(given.messages, most=site.settings.question_characters)
        writing = Writing(given.model, with_usage=given.wants_usage)
        if given.stream:
            events = desk.stream(ask, generator=generator)
            first = await unless_left(request, anext(events))
            return EventSourceResponse(_sent(writing, first, events), sep="\n")
        reply = await unless_left(request, desk.answer(ask, generator=generator))
        body = writing.whole(reply).model_dump_json()
        return Response(body, media_type="application/json")

    return router


async def _sent(
    writing: Writing, first: Event, events: AsyncGenerator[Event, None]
) -> AsyncGenerator[dict[str, str], None]:
    async with aclosing(events):
        try:
            for chunk in writing.chunks(first):
                yield {"data": chunk.model_dump_json()}
            async for event in events:
                for chunk in writing.chunks(event):
                    yield {"data": chunk.model_dump_json()}
        except Exception as error:  # noqa: BLE001 (the edge: the status is sent already)
            if not isinstance(error, DatelineError):
                log.error("an answer broke off", exc_info=error)
            yield {"data": _body(error).model_dump_json()}
            return
    yield {"data": DONE}


def _names(engine: Engine) -> list[str]:
    return [NAME, *(f"{NAME}/{choice.generator}" for choice in engine.choices())]


def _generator(engine: Engine, model: str) -> str | None:
    """Return the generator that a model's name stands for; raises UnknownModel."""
    known = _names(engine)
    if model not in known:
        raise UnknownModel(f"There is no model {model!r}; there is {', '.join(map(repr, known))}.")
    return model.partition("/")[2] or None


def _body(error: Exception) -> OpenAIErrorBody:
    code = "model_not_found" if isinstance(error, UnknownModel) else None
    return OpenAIErrorBody.of(said(error).message, _status(error), code)


def _status(error: Exception) -> int:
    if isinstance(error, UnknownModel):
        return 404
    if isinstance(error, UsageError | RequestValidationError):
        return 400  # what OpenAI's clients know
    return status_of(error) if isinstance(error, DatelineError) else 500


def _refused(error: DatelineError | RequestValidationError) -> JSONResponse:
    return JSONResponse(_body(error).model_dump(), _status(error), headers=headers_of(error))
