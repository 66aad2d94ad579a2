"""What is open when the server is stopped."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, StreamingResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.ending import Ending

WAIT = 20.0


async def stream(scope: Scope, receive: Receive, send: Send) -> None:
    """A page's stream: it never ends."""

    async def beats() -> Any:
        while True:
            yield "beat\n"
            await asyncio.sleep(0)

    await StreamingResponse(beats())(scope, receive, send)


async def body(scope: Scope, receive: Receive, send: Send) -> None:
    """Wait for a body that does not come whole."""
    with suppress(ClientDisconnect):
        async for _ in Request(scope, receive).stream():
            pass


async def deaf(scope: Scope, receive: Receive, send: Send) -> None:
    """Look neither at the client nor at the time."""
    await asyncio.Event().wait()


def ended(app: ASGIApp, act: Callable[[Ending, "asyncio.Task[None]"], None]) -> list[Message]:
    """Let a request run, act, and return what was sent."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def scene() -> None:
        ending = Ending(app)
        first = [{"type": "http.request", "body": b"a", "more_body": app is body}]

        async def receive() -> Message:
            if first:
                return first.pop()
            await asyncio.Event().wait()
            raise AssertionError

        scope = {"type": "http", "method": "GET", "path": "/", "headers": [],
                 "asgi": {"version": "3.0", "spec_version": "2.3"}}  # fmt: skip
        task = asyncio.ensure_future(ending(scope, receive, send))
        for _ in range(20):
            await asyncio.sleep(0)
        act(ending, task)
        await asyncio.wait_for(asyncio.gather(task, return_exceptions=True), WAIT)

    asyncio.run(scene())
    return sent


def test_a_stream_ends_and_is_whole() -> None:
    first, *_, last = ended(stream, lambda ending, _: ending.end())
    assert first["status"] == 200
    assert last["type"] == "http.response.body"
    assert not last.get("more_body")


def test_a_request_whose_body_was_coming_seems_left() -> None:
    head, _ = ended(body, lambda ending, _: ending.end())
    assert head["status"] == 503


def test_what_is_cancelled_for_its_length_is_told_so() -> None:
    def act(ending: Ending, task: "asyncio.Task[None]") -> None:
        ending.end()
        task.cancel()

    head, text = ended(deaf, act)
    assert head["status"] == 503
    assert b"being stopped" in text["body"]


def test_what_is_cancelled_by_others_stays_cancelled() -> None:
    def act(_: Ending, task: "asyncio.Task[None]") -> None:
        task.cancel()

    assert ended(deaf, act) == []


@pytest.mark.parametrize("end_first", [False, True])
def test_what_is_answered_goes_out_as_it_is(end_first: bool) -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse("whole")(scope, receive, send)

    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request", "body": b""}

    async def scene() -> None:
        ending = Ending(app)
        if end_first:
            ending.end()
        await ending({"type": "http", "method": "GET", "path": "/"}, receive, send)

    asyncio.run(scene())
    assert [message.get("body") for message in sent] == [None, b"whole"]
