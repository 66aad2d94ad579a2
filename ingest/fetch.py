"""The only door to the network for articles: one URL in, one page out, within set limits.

A URL is parsed once and checked (`ingest.addresses`), its host is resolved once and every
address checked, and the connection goes to those addresses (`ingest.transport`); so does every
redirect. Cookies, credentials and the proxies of the environment are never used.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypeVar

import httpcore
import httpx

from ingest import decoding
from ingest.addresses import Target, check_addresses, check_url, resolve, shown
from ingest.mediatypes import accepted_type, media_type
from ingest.pages import FakeFetcher, Fetcher, FetchLimits, Page
from ingest.robots import Robots
from ingest.transport import Deadline, Exchange, Network
from rag.errors import FetchError, FetchRefused

__all__ = ["FakeFetcher", "FetchLimits", "Fetcher", "Network", "Page", "SafeFetcher"]

USER_AGENT = "Dateline/1.0 (fetches the articles that its user names)"

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_COMPLETE = frozenset({HTTPStatus.OK, HTTPStatus.NON_AUTHORITATIVE_INFORMATION})
_LATER = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})
_CLOSED = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.FORBIDDEN})

_log = logging.getLogger(__name__)

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Redirect:
    """The server names another place."""

    location: str


@dataclass(frozen=True, slots=True)
class _Later:
    """The server asks to come back in so many seconds."""

    seconds: float
    status: int


class SafeFetcher:
    """Fetches pages of the public web, and of the own network if `allow_private` says so.

    One fetcher serves one run in one thread: it keeps the robots.txt of each origin and the
    time of its last request.
    """

    def __init__(
        self,
        limits: FetchLimits | None = None,
        allow_private: bool = False,
        user_agent: str = USER_AGENT,
        *,
        network: Network | None = None,
    ) -> None:
        """With `allow_private` loopback and private addresses and any port may be fetched."""
        # At DEBUG httpcore logs headers, and with them query strings of redirects.
        logging.getLogger("httpcore").setLevel(logging.INFO)
        self._limits = limits or FetchLimits()
        self._allow_private = allow_private
        self._network = network or Network()
        headers = {
            "User-Agent": user_agent,
            "Accept": "text/html, application/xhtml+xml, application/pdf, */*;q=0.5",
            "Accept-Encoding": decoding.ACCEPTED,
            "Connection": "close",
        }
        self._exchange = Exchange(
            self._network, self._network.trust(), headers, self._limits.connect_seconds
        )
        agent = user_agent.replace("/", " ").partition(" ")[0]
        self._robots = Robots(agent, self._network.clock, self._limits.crawl_delay_seconds)

    def fetch(self, url: str) -> Page:
        """Return the page at a URL, redirects followed.

        Raises FetchRefused if our own rules or the site's robots.txt forbid it, FetchError if it
        cannot be had within the limits or is not a kind of content that can be an article.
        """
        deadline = Deadline(self._network.clock, self._limits.seconds, url)
        target = self._target(url, deadline)

        def ask(place: Target) -> Page | _Redirect:
            return self._ask_politely(place, deadline, url)

        page = self._follow(target, deadline, ask)
        _log.info("fetched %s, %d bytes", shown(page.final_url), len(page.body))
        return page

    def _target(self, url: str, deadline: Deadline) -> Target:
        parsed = check_url(url, allow_private=self._allow_private)
        host = parsed.raw_host.decode("ascii")
        port = Target(parsed, ()).port
        found = resolve(self._network.resolver, host, port, deadline.remaining())
        return Target(parsed, check_addresses(host, found, allow_private=self._allow_private))

    def _follow(
        self, target: Target, deadline: Deadline, ask: Callable[[Target], _T | _Redirect]
    ) -> _T:
        start = target.url
        seen = {str(start)}
        for _ in range(self._limits.redirects + 1):
            answer = ask(target)
            if not isinstance(answer, _Redirect):
                return answer
            target = self._next(target, answer, deadline)
            if str(target.url) in seen:
                raise FetchError(
                    f"{shown(start)} redirects in a circle, back to {shown(target.url)}; "
                    "open it in a browser, save it and add the file."
                )
            seen.add(str(target.url))
        raise FetchError(
            f"{shown(start)} redirects more than {self._limits.redirects} times; "
            "name the address that it ends at."
        )

    def _next(self, target: Target, redirect: _Redirect, deadline: Deadline) -> Target:
        try:
            url = str(target.url.join(redirect.location))
        except (httpx.InvalidURL, ValueError) as error:
            raise FetchRefused(
                f"{shown(target.url)} redirects to {shown(redirect.location)}, which is not a "
                "valid URL; open it in a browser, save it and add the file."
            ) from error
        # Every hop is checked as if the user had named it.
        following = self._target(url, deadline)
        if target.url.scheme == "https" and following.url.scheme == "http":
            raise FetchRefused(
                f"{shown(target.url)} redirects from https to {shown(following.url)}, where "
                "anyone on the way could change it; add that address itself if you trust it."
            )
        return following

    def _ask_politely(self, target: Target, deadline: Deadline, url: str) -> Page | _Redirect:
        def read(place: Target) -> tuple[int, bytes]:
            return self._read_robots(place, deadline.remaining())

        deadline.pause(self._robots.check(target, read))
        self._robots.asked(target)
        answer = self._ask(target, deadline, url)
        if isinstance(answer, _Later) and answer.seconds <= self._limits.retry_after_seconds:
            deadline.pause(answer.seconds)
            answer = self._ask(target, deadline, url)
        if isinstance(answer, _Later):
            raise FetchError(_status_message(target, answer.status))
        return answer

    def _ask(self, target: Target, deadline: Deadline, url: str) -> Page | _Redirect | _Later:
        with self._exchange.get(target, deadline) as response:
            headers = self._headers(response, target)
            answer = _without_body(response.status, headers)
            if answer is not None:
                return answer
            if response.status not in _COMPLETE:
                raise FetchError(_status_message(target, response.status))
            kind = accepted_type(headers.get("content-type", ""), str(target.url))
            if kind is None:
                named = media_type(headers.get("content-type", "")) or "of no named type"
                raise FetchError(
                    f"{shown(target.url)} is {named!r}, which cannot be read as an article; "
                    "name a page, a feed, or a PDF, DOCX, Markdown, text or JSON-lines file."
                )
            body = b"".join(self._body(response, headers, target, deadline))
        charset = httpx.Response(HTTPStatus.OK, headers=headers).charset_encoding
        return Page(url, str(target.url), kind, charset, body, response.status)

    def _headers(self, response: httpcore.Response, target: Target) -> httpx.Headers:
        size = sum(len(name) + len(value) for name, value in response.headers)
        if size > self._limits.header_bytes:
            raise FetchError(
                f"{shown(target.url)} answered with {size} bytes of headers, more than the "
                f"{self._limits.header_bytes} allowed; it is not a page that can be read."
            )
        return httpx.Headers(response.headers)

    def _body(
        self,
        response: httpcore.Response,
        headers: httpx.Headers,
        target: Target,
        deadline: Deadline,
    ) -> Iterator[bytes]:
        """Pieces of the decoded body; raises FetchError as soon as they exceed the limit."""
        limit = self._limits.body_bytes
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > limit:
            raise _too_large(target, limit)
        # What comes in counts as well: a coding can be made to stand for nothing, endlessly.
        received = _counted(response.iter_stream(), limit, target)
        encodings = headers.get_list("content-encoding", split_commas=True)
        try:
            for piece in _counted(decoding.decoded(received, encodings), limit, target):
                deadline.remaining()
                yield piece
        except decoding.DecodingError as error:
            raise FetchError(
                f"{shown(target.url)} could not be unpacked: it holds {error}; try again later, "
                "or save the page as a file and add the file."
            ) from error

    def _read_robots(self, target: Target, left: float) -> tuple[int, bytes]:
        seconds = min(left, self._limits.robots_seconds)
        deadline = Deadline(self._network.clock, seconds, str(target.url))
        return self._follow(target, deadline, lambda place: self._ask_robots(place, deadline))

    def _ask_robots(self, target: Target, deadline: Deadline) -> tuple[int, bytes] | _Redirect:
        with self._exchange.get(target, deadline) as response:
            headers = self._headers(response, target)
            answer = _without_body(response.status, headers)
            if isinstance(answer, _Redirect):
                return answer
            if response.status not in _COMPLETE:
                return response.status, b""
            body = b""
            for piece in self._body(response, headers, target, deadline):
                body += piece
                if len(body) > self._limits.robots_bytes:
                    break  # RFC 9309 2.5: rules after the limit may be left aside
            return response.status, body[: self._limits.robots_bytes]


def _without_body(status: int, headers: httpx.Headers) -> _Redirect | _Later | None:
    location = headers.get("location")
    if status in _REDIRECTS and location:
        return _Redirect(location)
    if status in _LATER:
        return _Later(_retry_after(headers), status)
    return None


def _retry_after(headers: httpx.Headers) -> float:
    """Seconds to wait, from a number or from a date and the server's own clock; inf if unsaid."""
    value = headers.get("retry-after", "").strip()
    if value.isdecimal():
        return float(value)
    try:
        wait = parsedate_to_datetime(value) - parsedate_to_datetime(headers.get("date", ""))
    except (ValueError, TypeError):
        return float("inf")
    return max(0.0, wait.total_seconds())


def _counted(pieces: Iterable[bytes], limit: int, target: Target) -> Iterator[bytes]:
    total = 0
    for piece in pieces:
        total += len(piece)
        if total > limit:
            raise _too_large(target, limit)
        yield piece


def _too_large(target: Target, limit: int) -> FetchError:
    return FetchError(
        f"{shown(target.url)} is larger than the {limit / 2**20:.3g} MiB allowed; "
        "save the part that matters as a file and add the file."
    )


def _status_message(target: Target, status: int) -> str:
    try:
        phrase = f"{status} ({HTTPStatus(status).phrase})"
    except ValueError:
        phrase = str(status)
    if status in _CLOSED:
        advice = "it wants a login or turns programs away, so save the page and add the file"
    elif status in _LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        advice = "try again later"
    else:
        advice = "check the address"
    return f"{shown(target.url)} answered {phrase}; {advice}."
