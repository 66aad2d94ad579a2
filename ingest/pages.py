"""What a fetch returns, the limits it keeps, and the fetcher that tests use."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from ingest.addresses import shown
from ingest.mediatypes import type_by_extension
from rag.errors import FetchError

OK = 200


@dataclass(frozen=True, slots=True)
class Page:
    """One fetched page: `body` is decoded from its content encoding, not from its charset.

    `url` is what was asked for, `final_url` where the redirects ended; `content_type` is the
    bare media type; `charset` is what the header says, or None.
    """

    url: str
    final_url: str
    content_type: str
    charset: str | None
    body: bytes
    status: int = OK


class Fetcher(Protocol):
    """Whatever turns a URL into a page."""

    def fetch(self, url: str) -> Page:
        """Return the page; raises FetchError or FetchRefused."""


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What one fetch may cost: sizes in bytes after decoding, times in seconds.

    `seconds` covers the whole fetch with its redirects, but not the waiting that a site asks
    for; a robots.txt has `robots_seconds` of its own.
    """

    body_bytes: int = 20 * 1024 * 1024
    header_bytes: int = 64 * 1024
    robots_bytes: int = 512 * 1024
    seconds: float = 30.0
    connect_seconds: float = 10.0
    robots_seconds: float = 10.0
    crawl_delay_seconds: float = 10.0
    retry_after_seconds: float = 5.0
    redirects: int = 5


class FakeFetcher:
    """A fetcher without a network: the pages it was given, by URL, and errors to raise.

    `asked` lists the URLs in the order in which they were fetched.
    """

    def __init__(self, pages: Mapping[str, Page | bytes | FetchError]) -> None:
        """Bytes become a page of the type that the URL's extension promises, or HTML."""
        self._pages = dict(pages)
        self.asked: list[str] = []

    def fetch(self, url: str) -> Page:
        """Return the page of this URL; raises FetchError if there is none."""
        self.asked.append(url)
        page = self._pages.get(url)
        if page is None:
            raise FetchError(f"{shown(url)} answered 404 (Not Found); check the address.")
        if isinstance(page, FetchError):
            raise page
        if isinstance(page, Page):
            return page
        kind = type_by_extension(url.partition("?")[0]) or "text/html"
        return Page(url, url, kind, None, page)
