"""An HTTP client for a chat model's API that lets go when nobody waits, and reads no flood."""

import ssl
from collections.abc import Iterator
from contextvars import ContextVar
from threading import Event

import httpx
import truststore

MOST_BYTES = 32 * 2**20
"""Bytes of one response, as sent: some hundred times what an answer takes."""

ABANDONED: ContextVar[Event | None] = ContextVar("abandoned", default=None)
"""Set by who calls the model, in the thread that calls: the event that nobody waits any more."""


class Abandoned(Exception):
    """Nobody waits for this response."""


class Flood(UnicodeError):
    """A response larger than a reply can be; what cannot be read either."""


class _Guarded(httpx.SyncByteStream):
    """A response's bytes; checks with each that come, however few they are."""

    def __init__(self, stream: httpx.SyncByteStream) -> None:
        self._stream = stream
        self._abandoned = ABANDONED.get()

    def __iter__(self) -> Iterator[bytes]:
        read = 0
        for part in self._stream:
            if self._abandoned is not None and self._abandoned.is_set():
                raise Abandoned
            read += len(part)
            if read > MOST_BYTES:
                raise Flood(f"more than {MOST_BYTES} bytes")
            yield part

    def close(self) -> None:
        self._stream.close()


def guarded_client(seconds: float, *, loopback: bool = False) -> httpx.Client:
    """Return a client whose responses end when they are abandoned, and at 32 MiB.

    It waits `seconds` for any byte, trusts what the operating system trusts, and follows no
    redirect: the key is for this address. With `loopback` no proxy of the environment is used.
    """
    return httpx.Client(
        timeout=seconds,
        trust_env=not loopback,
        verify=truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        event_hooks={"response": [_guard]},
    )


def _guard(response: httpx.Response) -> None:
    if isinstance(response.stream, httpx.SyncByteStream):
        response.stream = _Guarded(response.stream)
