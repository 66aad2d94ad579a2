"""RSS and Atom feeds: the articles that a site lists, with what it says of each."""

import codecs
import html
import io
import re
from calendar import timegm
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from ingest.addresses import DEFAULT_PORTS, shown
from ingest.mediatypes import FEED_TYPES
from rag.errors import ReadError

MOST_BYTES = 5 * 1024 * 1024
# feedparser takes time by the tag, about 3 s for so many; a long feed has a tenth of them.
MOST_TAGS = 100_000

_SNIFFED = 4096
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(r"""^\s*<\?xml\b[^>]{0,200}?\bencoding\s*=\s*["']([\w.:-]{1,40})["']""")
_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*>")
_BEFORE_ROOT = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>", re.DOTALL | re.IGNORECASE)
# A document type with an inner part ends the search: its name tells, and `read_feed` refuses it.
_ROOT = re.compile(r"<(?:!DOCTYPE\s+)?(?:[\w.-]+:)?(rss|feed|RDF)\b")
_OTHER_ROOT = re.compile(r"<\w")
_RSS_1 = "http://purl.org/rss/1.0/"
_ENTITY = re.compile(r"<!\s*ENTITY", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>")
_DATE_ONLY = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """One article as a feed lists it.

    `published` is an ISO 8601 date or date-time as the feed gives it, with its own offset, or
    None; `summary` is plain text; `outlet` is the title of the feed.
    """

    url: str
    title: str | None = None
    published: str | None = None
    author: str | None = None
    summary: str | None = None
    outlet: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed's title and entries in its order; `unlinked` counts those without a web address."""

    title: str | None
    entries: tuple[FeedEntry, ...]
    unlinked: int = 0


def looks_like_feed(data: bytes, content_type: str | None) -> bool:
    """Whether the root element is RSS, Atom or RSS 1.0, whatever the content type claims.

    A feed's content type decides only when the start of the data holds no root element at all.
    """
    text = _decode(data[:_SNIFFED])
    position = 0
    while found := _BEFORE_ROOT.match(text, position):
        position = found.end()
    root = _ROOT.match(text, position)
    if root is not None:
        return root[1] != "RDF" or _RSS_1 in text
    return content_type in FEED_TYPES and not _OTHER_ROOT.match(text, position)


def read_feed(data: bytes, *, url: str) -> Feed:
    """Read an RSS or Atom feed; links are resolved against `url`, the feed's own address.

    Raises ReadError if it is too large, declares XML entities, or is no feed.
    """
    text = _decode(data[: MOST_BYTES + 1])
    if len(data) > MOST_BYTES or text.count("<") > MOST_TAGS:
        raise ReadError(
            f"The feed {shown(url)} has more than {MOST_BYTES // 2**20} MiB or {MOST_TAGS} tags; "
            "add the pages themselves."
        )
    # Declared entities are how XML bombs and file disclosure work (CWE-776, CWE-611), and the
    # text that is checked here is the text that is parsed.
    if _ENTITY.search(text):
        raise ReadError(
            f"The feed {shown(url)} declares XML entities, which could hide a bomb and which no "
            "feed needs; add the pages themselves."
        )
    parsed = _parse(text, url)
    if not parsed.get("version") and not parsed["entries"]:
        raise ReadError(f"{shown(url)} is not a readable RSS or Atom feed; add the page itself.")
    title = _plain(parsed["feed"].get("title"))
    entries = tuple(_entries(parsed["entries"], url, title))
    listed = len(parsed["entries"])
    unique: dict[str, FeedEntry] = {}
    for entry in entries:
        unique.setdefault(entry.url, entry)
    return Feed(title, tuple(unique.values()), listed - len(entries))


def _parse(text: str, url: str) -> Mapping[str, Any]:
    import feedparser

    body = _DECLARATION.sub("", text, count=1).lstrip()
    headers = {"content-type": "application/xml; charset=utf-8", "content-location": url}
    # A stream, so that feedparser never takes the data for a path or a URL to open.
    parsed: Mapping[str, Any] = feedparser.parse(
        io.BytesIO(body.encode("utf-8", errors="replace")),
        response_headers=headers,
        # Only links and plain text are taken from it; nothing of its HTML is kept.
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    return parsed


def _decode(data: bytes) -> str:
    for mark, name in _BOMS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, errors="replace")
    if data.startswith(b"\x00<"):
        return data.decode("utf-16-be", errors="replace")
    if data.startswith(b"<\x00"):
        return data.decode("utf-16-le", errors="replace")
    declared = _DECLARED.match(data[:300].decode("latin-1"))
    for name in (declared[1] if declared else "utf-8", "utf-8"):
        try:
            return data.decode(name)
        except (LookupError, UnicodeError):
            continue
    return data.decode("utf-8" if not declared else "cp1252", errors="replace")


def _entries(found: list[Mapping[str, Any]], url: str, outlet: str | None) -> Iterator[FeedEntry]:
    for entry in found:
        link = _link(entry, url)
        if link is None:
            continue
        yield FeedEntry(
            url=link,
            title=_plain(entry.get("title")),
            published=_published(entry),
            author=_plain(entry.get("author")),
            summary=_summary(entry),
            outlet=outlet,
        )


def _link(entry: Mapping[str, Any], url: str) -> str | None:
    # FeedBurner and its like put a counting address into the link and keep the article's own.
    for name in ("feedburner_origlink", "link"):
        value = entry.get(name)
        if not isinstance(value, str) or not value.strip():
            continue
        try:
            link = httpx.URL(url).join(value.strip()).copy_with(fragment=None)
        except (httpx.InvalidURL, ValueError):
            continue
        if link.scheme in DEFAULT_PORTS and link.raw_host:
            return str(link)
    return None


def _published(entry: Mapping[str, Any]) -> str | None:
    for name in ("published", "created", "updated"):
        # Asking feedparser for a missing `updated` by key warns; `in` does not.
        if name not in entry:
            continue
        value = str(entry[name]).strip()
        written = _iso(value)
        if written is not None:
            return written
        parsed = entry.get(f"{name}_parsed")
        if parsed is not None:
            moment = datetime.fromtimestamp(timegm(parsed), UTC).isoformat()
            # feedparser makes a date of 2024-13-45 too: the year at least must be there.
            if moment[2:4] in value:
                return moment if ":" in value else moment[: len("2024-04-15")]
    return None


def _iso(value: str) -> str | None:
    """The date in ISO form with the offset it was written with: the day may depend on it."""
    if _DATE_ONLY.fullmatch(value):
        try:
            return datetime.fromisoformat(value).date().isoformat()
        except ValueError:
            return None
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return parse(value).isoformat() if ":" in value else None
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def _summary(entry: Mapping[str, Any]) -> str | None:
    contents = [part.get("value") for part in entry.get("content", [])]
    texts = [_plain(value) for value in [*contents, entry.get("summary")]]
    return next((text for text in texts if text), None)


def _plain(value: object) -> str | None:
    if not isinstance(value, str):
        return None
    text = " ".join(html.unescape(_TAG.sub(" ", value)).split())
    return text or None
