"""Errors as HTTP tells them: a status, and one sentence in `{"error": {"message", "type"}}`."""

import logging
import re
import reprlib
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.responses import Response

from rag.errors import (
    DatelineError,
    DiskFull,
    LibraryClosed,
    LibraryEmpty,
    LibraryLocked,
    LibraryReadOnly,
    NotInLibrary,
    UsageError,
)
from ui.service.turnstile import Busy

log = logging.getLogger(__name__)


class Said(BaseModel):
    """One sentence for the reader, and a name that a program can tell it by."""

    model_config = ConfigDict(extra="forbid")

    message: str
    type: str


class ErrorBody(BaseModel):
    """The body of every answer that is an error."""

    model_config = ConfigDict(extra="forbid")

    error: Said


_STATUSES: Mapping[type[DatelineError], int] = {
    UsageError: 422,
    LibraryClosed: 403,
    NotInLibrary: 404,
    LibraryEmpty: 409,
    LibraryLocked: 423,
    Busy: 429,
    LibraryReadOnly: 507,
    DiskFull: 507,
}

OTHER = 503

LEFT = 499
"""Status of a request whose sender has gone, seen in the figures alone."""

_FOLDERS = re.compile(r"'(?:[A-Za-z]:)?[/\\](?:[^'/\\]*[/\\])*([^'/\\]+)'")
"""A path of this machine: readers are told its last part, not the server's folders."""

_NAMES = {401: "Unauthorised", 403: "Forbidden", 404: "NotFound", 405: "MethodNotAllowed"}

_TOLD = {
    400: "The body cannot be read.",
    401: "Nobody has signed in, or the token is not the right one.",
    403: "Readers may not change this library.",
    404: "It is not there, or belongs to another reader.",
    405: "The address does not take this method.",
    409: "The library holds no article yet.",
    413: "The body is too large.",
    421: "The server does not answer under this host name.",
    422: "The request is wrong; the sentence says where.",
    423: "Another process is writing; Retry-After tells when to try again.",
    429: "Too many requests, or too many questions wait; Retry-After tells when to try again.",
    503: "The library or a model cannot be used.",
    507: "Nothing more can be written.",
}

ALWAYS = (401, 413, 421, 429, 503)
"""Statuses that any route may answer with."""


def told(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return the errors of a route for its OpenAPI description, beside those of any route."""
    return {
        status: {"model": ErrorBody, "description": _TOLD[status]}
        for status in sorted({*statuses, *ALWAYS})
    }


def status_of(error: DatelineError) -> int:
    """Return the HTTP status of an error."""
    return next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), OTHER)


def headers_of(error: Exception) -> dict[str, str]:
    """Return the headers that go with an error: when to try again."""
    if isinstance(error, Busy):
        return {"Retry-After": str(error.retry_after)}
    return {"Retry-After": "1"} if isinstance(error, LibraryLocked) else {}


def said(error: Exception) -> Said:
    """Return an error in one sentence; what is none of ours tells its class alone."""
    if isinstance(error, DatelineError):
        told = _FOLDERS.sub(r"'\1'", str(error))
        return Said(message=_whole(told), type=type(error).__name__)
    if isinstance(error, RequestValidationError):
        return Said(message=_whole(_wrong(error.errors())), type="UsageError")
    name = type(error).__name__
    return Said(message=f"Unexpected {name}; the server's log tells more.", type="Unexpected")


def response_of(error: Exception) -> JSONResponse:
    """Return an error as an HTTP response."""
    status = 500
    if isinstance(error, DatelineError):
        status = status_of(error)
    elif isinstance(error, RequestValidationError):
        status = 422
    return body_of(said(error), status, headers_of(error))


def body_of(error: Said, status: int, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Return the body that every error has, with its status."""
    return JSONResponse(ErrorBody(error=error).model_dump(), status, headers=headers)


def install(app: FastAPI) -> None:
    """Have the application tell its errors so."""

    async def ours(_: Request, error: Exception) -> Response:
        return response_of(error)

    async def http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)  # noqa: S101 (registered for it)
        name = _NAMES.get(error.status_code, "HTTPError")
        message = _http_sentence(error, request)
        return body_of(Said(message=message, type=name), error.status_code, error.headers)

    async def left(_: Request, __: Exception) -> Response:
        return Response(status_code=LEFT)

    app.add_exception_handler(DatelineError, ours)
    app.add_exception_handler(RequestValidationError, ours)
    app.add_exception_handler(HTTPException, http)
    app.add_exception_handler(ClientDisconnect, left)
    app.add_exception_handler(Exception, ours)  # and Starlette logs it with its traceback


def _http_sentence(error: HTTPException, request: Request) -> str:
    allowed = (error.headers or {}).get("Allow", "another method")
    sentences = {
        400: _unread(request),
        404: "There is nothing at this address; /openapi.json lists what there is.",
        405: f"This address does not take {request.method}; it takes {allowed}.",
    }
    return _whole(sentences.get(error.status_code, str(error.detail)))


def _unread(request: Request) -> str:
    if request.headers.get("content-type", "").lower().startswith("multipart/"):
        return "The body cannot be read as a form; send multipart/form-data as its head says."
    return "The body cannot be read as JSON; send one JSON object."


def _wrong(errors: Sequence[Any]) -> str:
    """Return the first thing that is wrong with a request, never more than the start of it."""
    first = errors[0]
    where = [str(part) for part in first["loc"][1:]]
    place = repr(reprlib.repr(".".join(where))[1:-1]) if where else str(first["loc"][0])
    if first["type"] == "json_invalid":
        why = first.get("ctx", {}).get("error", "it ends too early")
        return f"The body is not valid JSON ({why}, at character {where[0]})."
    if first["type"] == "extra_forbidden":
        return f"There is no field {place}; leave it out."
    if first["type"] == "missing":
        return f"The request lacks its {place}; add it."
    value = reprlib.repr(first.get("input"))
    return f"The request's {place} cannot be {value}: {first['msg']}."


def _whole(text: str) -> str:
    """Return text that can be sent as UTF-8, whatever was sent to us."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
