"""A server on loopback that speaks as OpenAI's does, and plays what can go wrong."""

import json
import select
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any

KEY = "sk-test-canary-0123456789abcdef"

Act = Callable[["Handler"], None]


@dataclass
class Server:
    """What is played, one act a request (the last goes on), and what was asked."""

    acts: list[Act] = field(default_factory=list)
    models: list[str] | None = field(default_factory=lambda: ["served-model"])
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    asked: Event = field(default_factory=Event)
    closed: Event = field(default_factory=Event)
    """The client let go of a reply that went on."""
    over: Event = field(default_factory=Event)
    _lock: Any = field(default_factory=Lock)

    def plays(self, *acts: Act) -> None:
        self.acts = list(acts)

    def next_act(self, request: dict[str, Any], headers: dict[str, str]) -> Act:
        with self._lock:
            self.requests.append(request)
            self.headers.append(headers)
            act = self.acts.pop(0) if len(self.acts) > 1 else self.acts[0]
        self.asked.set()
        return act


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Any

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        models = self.server.played.models
        if models is None:
            self.reply(404, {"error": {"message": "no such route"}})
        else:
            self.reply(200, {"object": "list", "data": [{"id": one} for one in models]})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        act = self.server.played.next_act(json.loads(body), dict(self.headers.items()))
        try:
            act(self)
        except OSError:  # the client has gone
            self.server.played.closed.set()
            self.close_connection = True

    def reply(self, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(sent)))
        self.end_headers()
        self.wfile.write(sent)

    def begin(self) -> None:
        """Head of a stream."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def part(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def gone(self, seconds: float) -> bool:
        """Wait for the client to close; whether it did."""
        readable, _, _ = select.select([self.connection], [], [], seconds)
        return bool(readable) and not self.connection.recv(1)

    def wait_for_end(self) -> None:
        while not self.server.played.over.is_set():
            if self.gone(0.02):
                self.server.played.closed.set()
                break
        self.close_connection = True


def event(text: str | None = None, finish: str | None = None, **more: Any) -> bytes:
    """One event of a stream."""
    delta = {} if text is None else {"role": "assistant", "content": text}
    chunk = {
        "id": "1", "object": "chat.completion.chunk", "created": 0, "model": "m",
        "choices": [{"index": 0, "delta": delta, "finish_reason": finish}], **more,
    }  # fmt: skip
    return f"data: {json.dumps(chunk)}\n\n".encode()


def says(
    *texts: str, finish: str | None = "stop", usage: tuple[int, int] | None = (100, 10)
) -> Act:
    """A reply in these pieces."""

    def act(handler: Handler) -> None:
        handler.begin()
        for text in texts:
            handler.part(event(text))
        if finish:
            handler.part(event(finish=finish))
        if usage:
            read, written = usage
            told = {
                "prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written
            }  # fmt: skip
            handler.part(event(choices=[], usage=told))
        handler.part(b"data: [DONE]\n\n")
        handler.wfile.write(b"0\r\n\r\n")

    return act


def refuses(status: int, message: str, code: str | None = None, **headers: str) -> Act:
    """An error as OpenAI words it; `retry_after="1"` is a header."""
    body = {"error": {"message": message, "type": "x_error", "code": code, "param": None}}
    named = {name.replace("_", "-").title(): value for name, value in headers.items()}
    return lambda handler: handler.reply(status, body, named)


def sends(*parts: bytes) -> Act:
    """A stream of these bytes that ends as it should."""

    def act(handler: Handler) -> None:
        handler.begin()
        for part in parts:
            handler.part(part)
        handler.wfile.write(b"0\r\n\r\n")

    return act


def answers(body: Any) -> Act:
    """No stream at all."""
    return lambda handler: handler.reply(200, body)


def hangs(handler: Handler) -> None:
    """Take the request and say nothing."""
    handler.wait_for_end()


def says_and_hangs(*texts: str) -> Act:
    def act(handler: Handler) -> None:
        handler.begin()
        for text in texts:
            handler.part(event(text))
        handler.wait_for_end()

    return act


def goes_on(texts: Iterable[str]) -> Act:
    """Write without end, until the client closes."""

    def act(handler: Handler) -> None:
        handler.begin()
        for text in texts:
            handler.part(event(text))
            if handler.server.played.over.is_set():
                break

    return act


def drips(handler: Handler) -> None:
    """Send a byte of an event every hundredth of a second, and never its end."""
    handler.begin()
    while not handler.server.played.over.is_set():
        handler.part(b"d")
        if handler.gone(0.01):
            handler.server.played.closed.set()
            break
    handler.close_connection = True


def breaks(*texts: str) -> Act:
    """Some pieces, then a connection that is reset."""

    def act(handler: Handler) -> None:
        handler.begin()
        for text in texts:
            handler.part(event(text))
        handler.close_connection = True
        handler.connection.shutdown(socket.SHUT_RDWR)

    return act


@contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """Serve for as long as the context is open."""
    played = Server()

    class Http(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = True

        def handle_error(self, *_: object) -> None:
            """Say nothing: what goes wrong here is meant to."""

    with Http(("127.0.0.1", 0), Handler) as http:
        http.played = played  # type: ignore[attr-defined]
        if tls:
            http.socket = tls.wrap_socket(http.socket, server_side=True)
        scheme = "https" if tls else "http"
        played.url = f"{scheme}://127.0.0.1:{http.server_port}/v1"
        thread = Thread(target=http.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield played
        finally:
            played.over.set()
            http.shutdown()
            thread.join()
