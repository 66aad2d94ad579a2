"""A stream passes as it comes."""

import asyncio
from asyncio import Event, create_task, wait_for

from starlette.types import Message, Receive, Scope, Send

from .making import client


def test_the_first_chunk_is_there_before_the_application_has_ended() -> None:
    async def steps() -> None:
        go_on, first = Event(), Event()
        sent: list[Message] = []

        async def streaming(scope: Scope, receive: Receive, send: Send) -> None:
            headers = [(b"content-type", b"text/event-stream")]
            await send({"type": "http.response.start", "status": 200, "headers": headers})
            await send({"type": "http.response.body", "body": b"one", "more_body": True})
            await go_on.wait()
            await send({"type": "http.response.body", "body": b"two"})

        async def receive() -> Message:
            await asyncio.Event().wait()
            raise AssertionError

        async def send(message: Message) -> None:
            sent.append(message)
            if message.get("body") == b"one":
                first.set()

        asked = client(streaming, api_token="0123456789abcdef")
        scope = asked.scope("GET", "/v1/ask", {"authorization": "Bearer 0123456789abcdef"})
        running = create_task(asked.app(scope, receive, send))  # type: ignore[arg-type]
        await wait_for(first.wait(), 5)
        assert not running.done()
        go_on.set()
        await wait_for(running, 5)
        assert [m.get("body") for m in sent[1:]] == [b"one", b"two"]

    asyncio.run(steps())
