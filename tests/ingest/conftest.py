"""A web site on loopback, and an outer world that leads public names and addresses to it."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import httpcore
import pytest

from ingest.fetch import FetchLimits, Network, SafeFetcher
from ingest.transport import dial

PUBLIC = "93.184.216.34"
HTML = b"text/html; charset=utf-8"

Answer = bytes | Iterable[bytes]


def answer(body: bytes = b"", status: str = "200 OK", **headers: str) -> bytes:
    """A whole HTTP response; underscores in header names become hyphens."""
    named = {"content_type": "text/html", "content_length": str(len(body)), **headers}
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in named.items() if value]
    return f"HTTP/1.1 {status}\r\n".encode() + "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Website:
    """Answers by path with the bytes given, and remembers what it was asked."""

    answers: dict[str, Answer | Callable[[], Answer]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    tls: ssl.SSLContext | None = None

    def __post_init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def paths(self) -> list[str]:
        """The paths asked for, without robots.txt."""
        return [path for path, _ in self.requests if path != "/robots.txt"]

    def url(self, path: str = "/a.html") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def close(self) -> None:
        # Closing alone does not wake a thread that waits in accept().
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            connection.settimeout(5)
            with connection, contextlib.suppress(OSError):
                if self.tls is not None:
                    with self.tls.wrap_socket(connection, server_side=True) as wrapped:
                        self._answer(wrapped)
                else:
                    self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        received = b""
        while b"\r\n\r\n" not in received:
            part = connection.recv(65536)
            if not part:
                return
            received += part
        first, *rest = received.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        path = first.split(" ")[1]
        self.requests.append((path, {k.lower(): v for k, v in (h.split(": ", 1) for h in rest)}))
        found = self.answers.get(path, answer(b"none", "404 Not Found"))
        found = found() if callable(found) else found
        for part in [found] if isinstance(found, bytes) else found:
            connection.sendall(part)


@dataclass
class World:
    """Resolver, dialer and clock in one: every connection ends at the website.

    `names` maps a host to the addresses of each time it is asked for, the last ones for ever;
    `tick` is how far the clock goes each time it is looked at.
    """

    website: Website
    names: dict[str, list[list[str]]] = field(default_factory=dict)
    tick: float = 0.0
    now: float = 1000.0
    asked: list[str] = field(default_factory=list)
    dialled: list[tuple[str, int]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def resolve(self, host: str, port: int) -> list[str]:
        self.asked.append(host)
        answers = self.names.get(host, [[PUBLIC]])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def dial(self, address: str, port: int, seconds: float) -> httpcore.NetworkStream:
        self.dialled.append((address, port))
        return dial("127.0.0.1", self.website.port, seconds)

    def monotonic(self) -> float:
        self.now += self.tick
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def trust(self) -> ssl.SSLContext:
        return self.tls

    def fetcher(self, limits: FetchLimits | None = None, **options: bool) -> SafeFetcher:
        network = Network(self.resolve, self.dial, self, self.trust)
        return SafeFetcher(limits, network=network, **options)


@pytest.fixture
def website() -> Iterator[Website]:
    site = Website()
    yield site
    site.close()


@pytest.fixture
def world(website: Website) -> World:
    return World(website)


@pytest.fixture
def make_answer() -> Callable[..., bytes]:
    """How a response is written, for tests that cannot import this file."""
    return answer
