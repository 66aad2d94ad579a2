"""How much a request may bring."""

from collections.abc import Callable

from anyio import move_on_after
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ui.guard.refusal import Refusal

LINGER = 5.0
"""Seconds that the rest of a body which is too long may take."""

GONE: Message = {"type": "http.disconnect"}


class Size:
    """Refuses, with 413, a body longer than the address may take: as declared, and as it comes.

    The rest of a body that is too long is read and thrown away, up to as much again and for five
    seconds: a client that is still sending would not hear the answer. Then the connection is
    closed.
    """

    def __init__(self, app: ASGIApp, limit_of: Callable[[str], int]) -> None:
        """Guard an application; `limit_of` gives the bytes that an address may take."""
        self._app = app
        self._limit_of = limit_of

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the application on a body that is counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = _Body(scope, receive, send, self._limit_of(scope["path"]))
        declared = Headers(scope=scope).get("content-length", "")
        if declared.isascii() and declared.isdigit() and int(declared) > body.limit:
            await body.refuse(int(declared))
            return
        try:
            await self._app(scope, body.receive, body.send)
        except Exception:
            if not body.refused:  # else it is only what became of the application's reading
                raise


class _Body:
    """One request's body, counted."""

    def __init__(self, scope: Scope, receive: Receive, send: Send, limit: int) -> None:
        self.limit = limit
        self.refused = False
        self._scope, self._receive, self._send = scope, receive, send
        self._count = 0
        self._answering = False
        self._ended = False

    async def receive(self) -> Message:
        if self.refused:
            return GONE
        message = await self._next()
        if self._count <= self.limit:
            return message
        if self._answering:
            self.refused = True
        else:
            await self.refuse(self._count)
        return GONE

    async def send(self, message: Message) -> None:
        if not self.refused:
            self._answering = True
            await self._send(message)

    async def refuse(self, told: int) -> None:
        """Throw away what is still coming, unless it is too much for that too, and answer 413."""
        self.refused = True
        with move_on_after(LINGER):
            while max(told, self._count) <= 2 * self.limit and not self._ended:
                await self._next()
        refusal = Refusal(
            413,
            "TooLarge",
            f"The request is too large: at most {self.limit} bytes are taken here.",
            {"Connection": "close"},
        )
        await refusal(self._scope, self._receive, self._send)

    async def _next(self) -> Message:
        message = await self._receive()
        self._count += len(message.get("body", b""))
        self._ended = not message.get("more_body", False)
        return message
