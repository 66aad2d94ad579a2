"""What is open when the server is stopped: ended at once, and properly."""

import asyncio
from collections.abc import Awaitable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.guard.refusal import Refusal

GONE: Message = {"type": "http.disconnect"}

STOPPED = Refusal(503, "Closed", "The server is being stopped; ask again when it is back.")


class Ending:
    """Runs an application until `end`; from then on everybody seems to it to have left.

    Pages hold a stream open for ever, and answers are long: what follows its reader ends with
    them. What does not is cancelled by the server when its patience is at an end; both are told
    properly, for a response that breaks off is an error in the server's log.
    """

    def __init__(self, app: ASGIApp) -> None:
        """Run an application."""
        self._app = app
        self._ended = asyncio.Event()

    def end(self) -> None:
        """Tell every request that nobody waits for it; called on the event loop."""
        self._ended.set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        told = _Told(send)

        async def until_end() -> Message:
            return await self._first(receive())

        try:
            await self._app(scope, until_end, told)
        except asyncio.CancelledError:
            if not self._ended.is_set():
                raise
        if self._ended.is_set():
            await told.finish(scope, receive)

    async def _first(self, message: Awaitable[Message]) -> Message:
        """Return what comes from the client, or that it has gone as soon as that is so."""
        coming = asyncio.ensure_future(message)
        end = asyncio.ensure_future(self._ended.wait())
        try:
            await asyncio.wait((coming, end), return_when=asyncio.FIRST_COMPLETED)
            return coming.result() if coming.done() else GONE
        finally:
            coming.cancel()
            end.cancel()


class _Told:
    """How much of a response has been sent."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._begun = False
        self._whole = False

    async def __call__(self, message: Message) -> None:
        self._begun = True
        if message["type"] == "http.response.body":
            self._whole = not message.get("more_body", False)
        await self._send(message)

    async def finish(self, scope: Scope, receive: Receive) -> None:
        if not self._begun:
            await STOPPED(scope, receive, self._send)
        elif not self._whole:
            await self({"type": "http.response.body", "body": b""})
