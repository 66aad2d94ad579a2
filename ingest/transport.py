"""One HTTP exchange with one checked address, under one deadline.

`httpcore` speaks HTTP and TLS with the host's name; the socket goes to the addresses of the
`Target`, in their order, and no name is resolved here again.
"""

import ssl
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import httpcore
import truststore

from ingest.addresses import Resolver, Target, authority, shown, system_resolver
from rag.errors import FetchError

Dialer = Callable[[str, int, float], httpcore.NetworkStream]


class Clock(Protocol):
    """Where the time comes from, and how it is waited for."""

    def monotonic(self) -> float:
        """Seconds from some fixed point."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The clock of the machine."""

    def monotonic(self) -> float:
        """Seconds from some fixed point."""
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        """Wait."""
        time.sleep(seconds)


def dial(address: str, port: int, seconds: float) -> httpcore.NetworkStream:
    """Open a TCP connection to a numeric address."""
    return httpcore.SyncBackend().connect_tcp(address, port, timeout=seconds)


def system_trust() -> ssl.SSLContext:
    """TLS that trusts what the operating system trusts (SSL_CERT_FILE and SSL_CERT_DIR too)."""
    return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


@dataclass(frozen=True, slots=True)
class Network:
    """The outer world as a fetcher sees it; tests put their own in the place of each part."""

    resolver: Resolver = system_resolver
    dialer: Dialer = dial
    clock: Clock = field(default_factory=SystemClock)
    trust: Callable[[], ssl.SSLContext] = system_trust


class Deadline:
    """The time that one fetch may take; waiting out of politeness does not count."""

    def __init__(self, clock: Clock, seconds: float, url: str) -> None:
        """Start it now."""
        self._clock = clock
        self._seconds = seconds
        self._url = url
        self._end = clock.monotonic() + seconds

    def remaining(self) -> float:
        """Seconds left; raises FetchError if there are none."""
        left = self._end - self._clock.monotonic()
        if left <= 0:
            raise self.passed()
        return left

    def passed(self) -> FetchError:
        """The error that says so."""
        return FetchError(
            f"{shown(self._url)} was not received within {self._seconds:g} s; "
            "try again later, or save the page as a file and add the file."
        )

    def pause(self, seconds: float) -> None:
        """Wait without using the time up."""
        if seconds > 0:
            self._clock.sleep(seconds)
            self._end += seconds


class _TimedStream(httpcore.NetworkStream):
    """A connection whose every step ends with the deadline, however slowly bytes drip."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._deadline.remaining())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._deadline.remaining())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        left = self._deadline.remaining()
        return _TimedStream(
            self._stream.start_tls(ssl_context, server_hostname, left), self._deadline
        )

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401
        return self._stream.get_extra_info(info)


class _PinnedBackend(httpcore.NetworkBackend):
    """Connects to the checked addresses and to nothing else, whatever host it is told."""

    def __init__(
        self, target: Target, dialer: Dialer, deadline: Deadline, connect_seconds: float
    ) -> None:
        self._target = target
        self._dialer = dialer
        self._deadline = deadline
        self._connect_seconds = connect_seconds

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002
        port: int,  # noqa: ARG002
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,  # noqa: ARG002
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        failure: httpcore.NetworkError | httpcore.TimeoutException | None = None
        for address in self._target.addresses:
            seconds = min(self._connect_seconds, self._deadline.remaining())
            try:
                stream = self._dialer(address, self._target.port, seconds)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return _TimedStream(stream, self._deadline)
        raise failure or httpcore.ConnectError("no address")


@dataclass(frozen=True, slots=True)
class Exchange:
    """How to ask: the outer world, the TLS context, the headers and the time to connect."""

    network: Network
    trust: ssl.SSLContext
    headers: Mapping[str, str]
    connect_seconds: float

    @contextmanager
    def get(self, target: Target, deadline: Deadline) -> Iterator[httpcore.Response]:
        """Ask for the target and yield the response, its body not yet read.

        Raises FetchError for whatever goes wrong on the way, while it is read as well.
        """
        url = target.url
        address = httpcore.URL(
            scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path
        )
        backend = _PinnedBackend(target, self.network.dialer, deadline, self.connect_seconds)
        headers = [("Host", authority(url)), *self.headers.items()]
        try:
            with (
                httpcore.ConnectionPool(ssl_context=self.trust, network_backend=backend) as pool,
                pool.stream("GET", address, headers=headers) as response,
            ):
                yield response
        except httpcore.ConnectTimeout as error:
            deadline.remaining()
            raise FetchError(
                f"{target.origin} did not answer within {self.connect_seconds:g} s; "
                "check the address and the network connection."
            ) from error
        except httpcore.TimeoutException as error:
            raise deadline.passed() from error
        except httpcore.ConnectError as error:
            raise FetchError(_connect_message(target, error)) from error
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise FetchError(
                f"The connection to {target.origin} broke off or did not speak HTTP ({error}); "
                "try again later."
            ) from error


def _connect_message(target: Target, error: httpcore.ConnectError) -> str:
    cause = error.__context__
    if isinstance(cause, ssl.SSLError):
        return (
            f"{target.origin} could not prove who it is ({cause.reason or cause}); check the "
            "address, this machine's clock and its certificates."
        )
    return (
        f"No connection to {target.origin} could be made ({error}); "
        "check the address and the network connection."
    )
