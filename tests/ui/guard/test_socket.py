"""A body that is too long, on a real connection: it is answered, and the connection ends."""

import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from ui.guard import size
from ui.guard.guarded import guarded

from .making import count, site_with

LIMIT = 4096


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    """A server on a port of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        app = guarded(count, site_with(request_bytes=LIMIT))
        server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield listening.getsockname()[1]
        server.should_exit = True
        thread.join(10)


def spoken(port: int, head: str, body: bytes) -> bytes:
    """Send a request and return all that comes until the server closes the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(f"POST /x HTTP/1.1\r\nHost: 127.0.0.1\r\n{head}\r\n\r\n".encode())
        connection.sendall(body)
        heard = b""
        while chunk := connection.recv(65_536):
            heard += chunk
        return heard


def test_a_declared_length_is_answered_at_once(port: int) -> None:
    heard = spoken(port, f"Content-Length: {10**9}", b"x" * 100)
    assert heard.startswith(b"HTTP/1.1 413 ")
    assert b'"type":"TooLarge"' in heard


def test_a_body_somewhat_too_long_is_read_and_answered(port: int) -> None:
    heard = spoken(port, f"Content-Length: {LIMIT + 1}", b"x" * (LIMIT + 1))
    assert heard.startswith(b"HTTP/1.1 413 ")


def test_chunks_without_end_are_answered(port: int) -> None:
    chunk = b"400\r\n" + b"x" * 1024 + b"\r\n"
    heard = spoken(port, "Transfer-Encoding: chunked", chunk * 12)
    assert heard.startswith(b"HTTP/1.1 413 ")


def test_who_stalls_is_not_waited_for(port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(size, "LINGER", 0.05)
    heard = spoken(port, f"Content-Length: {LIMIT + 1}", b"x")
    assert heard.startswith(b"HTTP/1.1 413 ")


def test_what_fits_is_taken(port: int) -> None:
    heard = spoken(port, f"Content-Length: {LIMIT}\r\nConnection: close", b"x" * LIMIT)
    assert heard.endswith(str(LIMIT).encode())
