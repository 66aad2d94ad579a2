"""A guarded application, and requests put to it without a socket."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast
from urllib.parse import unquote

from starlette.responses import JSONResponse, PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from rag.settings import load_settings
from ui.engine import Engine
from ui.guard.guarded import guarded
from ui.site import Site
from ui.store.store import Store

HOST = "127.0.0.1:7860"
ORIGIN = f"http://{HOST}"


class Sessions:
    """Remembers who signed in, as the store does."""

    def __init__(self) -> None:
        self.users: dict[str, str] = {}

    def sign_in(self, user: str) -> str:
        token = f"session-{len(self.users)}"
        self.users[token] = user
        return token

    def signed_in(self, token: str) -> str | None:
        return self.users.get(token)

    def sign_out(self, token: str) -> None:
        self.users.pop(token, None)


def site_with(sessions: Sessions | None = None, **settings: Any) -> Site:
    """Return a site that has settings and sessions, and nothing else."""
    loaded = load_settings(**settings)[0]
    engine = cast("Engine", SimpleNamespace(settings=loaded))
    return Site(engine, cast("Store", sessions or Sessions()))


async def whoami(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer with the reader, as a route would see it."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await send({"type": "websocket.close", "code": 1000})
        return
    state = scope.get("state", {})
    told = {"reader": state.get("reader"), "path": scope["path"]}
    await JSONResponse(told)(scope, receive, send)


async def count(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the body and tell its length."""
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise ConnectionError("the client has gone")
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    await PlainTextResponse(str(length))(scope, receive, send)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    messages: tuple[Message, ...]

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"])

    @property
    def body(self) -> bytes:
        return b"".join(m.get("body", b"") for m in self.messages)

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def cookies(self) -> list[str]:
        return self.all("set-cookie")

    def all(self, name: str) -> list[str]:
        pairs = self.messages[0]["headers"]
        return [v.decode() for k, v in pairs if k.decode().lower() == name.lower()]

    def header(self, name: str) -> str | None:
        return next(iter(self.all(name)), None)


@dataclass
class Client:
    """Puts requests to an application, with the same headers each time unless told otherwise."""

    app: ASGIApp
    headers: Mapping[str, str] = field(default_factory=lambda: {"host": HOST})
    client: tuple[str, int] | None = ("127.0.0.1", 50_000)
    server: tuple[str, int] = ("127.0.0.1", 7860)

    def scope(self, method: str, address: str, headers: Mapping[str, str]) -> Scope:
        path, _, query = address.partition("?")
        pairs = {**self.headers, **headers}
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": [(k.lower().encode(), v.encode()) for k, v in pairs.items() if v],
            "client": self.client,
            "server": self.server,
        }

    def ask(
        self,
        method: str,
        address: str,
        body: bytes | Iterable[bytes] = b"",
        **headers: str,
    ) -> Answer:
        """Return the answer; header names are given with _ for -."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        chunks = [body] if isinstance(body, bytes) else list(body)
        return asyncio.run(run(self.app, self.scope(method, address, named), chunks))

    def get(self, address: str, **headers: str) -> Answer:
        return self.ask("GET", address, **headers)

    def post(self, address: str, body: bytes | Iterable[bytes] = b"", **headers: str) -> Answer:
        return self.ask("POST", address, body, **headers)

    def socket(self, address: str, **headers: str) -> Answer:
        """Open a web socket."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        scope = self.scope("GET", address, named)
        scope["type"] = "websocket"
        del scope["method"]
        return asyncio.run(run(self.app, scope, [], first={"type": "websocket.connect"}))


async def run(
    app: ASGIApp, scope: Scope, chunks: list[bytes], *, first: Message | None = None
) -> Answer:
    """Run one request, whose body comes in chunks."""
    waiting = [first] if first else []
    waiting += [
        {"type": "http.request", "body": chunk, "more_body": number < len(chunks)}
        for number, chunk in enumerate(chunks, 1)
    ]
    sent: list[Message] = []

    async def receive() -> Message:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return Answer(tuple(sent))


def client(
    app: Callable[[Scope, Receive, Send], Awaitable[None]] = whoami,
    sessions: Sessions | None = None,
    **settings: Any,
) -> Client:
    """Return a client of the application behind every door."""
    return Client(guarded(app, site_with(sessions, **settings)))
