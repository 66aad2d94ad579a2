"""From what the user names to articles: files, folders, URLs, feeds and standard input.

`expand` turns arguments into sources without reading or fetching any; `load` reads one.
"""

import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO, Literal

from ingest import feeds, readers
from ingest.addresses import shown
from ingest.canonical import canonical_url
from ingest.document import RawArticle
from ingest.feeds import FeedEntry, looks_like_feed
from ingest.mediatypes import EXTENSIONS, FEED_EXTENSIONS, XML_TYPES
from ingest.pages import Fetcher, Page
from rag.errors import FetchError, ReadError

__all__ = ["Skipped", "Source", "canonical_url", "expand", "load"]

STDIN = "-"
STDIN_BYTES = 64 * 1024 * 1024

_HEAD = 4096
_FROM_FEED = ("title", "author", "published", "outlet")
# What the readers guess where a page says nothing; what a feed says is better.
_GUESSED = frozenset({"file name", "first line", "htmldate, from the text"})

_WEB = re.compile(r"https?://", re.IGNORECASE)
# Two letters at least: C:\articles is a path.
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)

Kind = Literal["file", "url", "feed", "stdin"]
Loaded = RawArticle | ReadError | FetchError


@dataclass(frozen=True, slots=True)
class Source:
    """One thing to read: `location` is the path or URL as given or found.

    `root` is the folder (absolute) or the feed that it was found in, or None if it was named
    itself; a `feed` must be one, a `url` may turn out to be one; `entry` is what a feed says of
    the article.
    """

    location: str
    kind: Kind
    root: str | None = None
    entry: FeedEntry | None = None


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file in a folder that is left out, and why."""

    location: str
    root: str
    reason: str


def expand(arguments: Sequence[str]) -> Iterator[Source | Skipped | ReadError]:
    """Turn what the user named into sources, in the order given, folders sorted within.

    Folders are walked to the bottom, hidden files and folders and `__pycache__` left out, links
    followed but no folder visited twice. What cannot be a source is a ReadError, yielded.
    """
    stdin_seen = False
    for argument in arguments:
        if argument == STDIN:
            if stdin_seen:
                yield ReadError("Standard input ('-') can be read only once; name it once.")
            else:
                yield Source(STDIN, "stdin")
            stdin_seen = True
        elif _WEB.match(argument):
            yield Source(argument, "url")
        else:
            yield from _expand_path(argument)


def _expand_path(argument: str) -> Iterator[Source | Skipped | ReadError]:
    if not argument or "\0" in argument:
        yield ReadError(f"{argument!r} cannot be a path; check how it is spelled.")
        return
    path = Path(argument)
    try:
        argument.encode("utf-8")
        is_folder, is_file, exists = path.is_dir(), path.is_file(), path.exists()
    except (ValueError, OSError) as error:
        yield ReadError(f"{argument!r} cannot be a path ({error}); check how it is spelled.")
        return
    if is_folder:
        yield from _walk(path)
    elif is_file:
        yield Source(argument, "file")
    elif exists:
        yield ReadError(
            f"{argument!r} is neither a file nor a folder; pipe it in and name it as '-'."
        )
    elif _SCHEME.match(argument):
        # The fetcher refuses it, and says which schemes it knows.
        yield Source(argument, "url")
    else:
        yield ReadError(f"{argument!r} does not exist; check the path.")


def _walk(folder: Path) -> Iterator[Source | Skipped | ReadError]:
    root = str(folder.resolve())
    visited: set[tuple[int, int]] = set()
    # A stack of our own: folders nest deeper than Python's.
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        if not path.is_dir():
            yield _in_folder(path, root)
            continue
        try:
            state = path.stat()
            inside = sorted(path.iterdir(), reverse=True)
        except OSError as error:
            yield ReadError(f"The folder {str(path)!r} cannot be read ({error.strerror}).")
            continue
        if (state.st_dev, state.st_ino) in visited:
            yield Skipped(str(path), root, "a link to a folder that is read already")
            continue
        visited.add((state.st_dev, state.st_ino))
        waiting += [child for child in inside if not _hidden(child)]


def _hidden(path: Path) -> bool:
    return path.name.startswith(".") or path.name == "__pycache__"


def _in_folder(path: Path, root: str) -> Source | Skipped | ReadError:
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:
        return ReadError(f"The file name {str(path)!r} is not valid UTF-8; rename the file.")
    if path.suffix.lower() not in EXTENSIONS:
        return Skipped(str(path), root, f"no reader for {path.suffix.lower() or 'no extension'!r}")
    if not path.is_file():
        return Skipped(str(path), root, "not a regular file, or a broken link")
    return Source(str(path), "file", root)


def load(source: Source, fetcher: Fetcher, *, stdin: BinaryIO | None = None) -> Iterator[Loaded]:
    """Read one source; what goes wrong is yielded in the place of the article.

    A URL that is a feed yields the article of each entry, the feed's address in the `feed` of
    its metadata's `extra`. `stdin` stands for standard input in tests.
    """
    try:
        if source.kind == "stdin":
            yield from _load_stdin(stdin or sys.stdin.buffer)
        elif source.kind == "file":
            yield from _load_file(source, fetcher)
        else:
            yield from _load_url(source, fetcher)
    except (ReadError, FetchError) as error:
        yield error


def _load_stdin(stream: BinaryIO) -> Iterator[Loaded]:
    data = stream.read(STDIN_BYTES + 1)
    if len(data) > STDIN_BYTES:
        raise ReadError(
            f"Standard input holds more than {STDIN_BYTES // 2**20} MiB; split it into files."
        )
    yield from readers.read_bytes(data, source=STDIN)


def _load_file(source: Source, fetcher: Fetcher) -> Iterator[Loaded]:
    path = Path(source.location)
    if path.suffix.lower() in FEED_EXTENSIONS:
        data = _start_of(path)
        if looks_like_feed(data, None):
            yield from _load_feed(data, str(path), fetcher)
            return
    yield from readers.read_file(path)


def _start_of(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(feeds.MOST_BYTES + 1)
    except OSError as error:
        raise ReadError(f"{str(path)!r} cannot be read ({error.strerror}).") from error


def _load_url(source: Source, fetcher: Fetcher) -> Iterator[Loaded]:
    page = fetcher.fetch(source.location)
    if looks_like_feed(page.body, page.content_type):
        # A feed in a feed would make one address stand for any number of pages.
        if source.entry is not None:
            raise ReadError(f"{shown(page.final_url)} is a feed in a feed; add it by itself.")
        yield from _load_feed(page.body, page.final_url, fetcher)
    elif source.kind == "feed":
        raise ReadError(f"{shown(source.location)} is no RSS or Atom feed; check its address.")
    elif page.content_type in XML_TYPES and b"<html" not in page.body[:_HEAD].lower():
        raise ReadError(f"{shown(page.final_url)} is XML, but neither a feed nor a page.")
    else:
        yield from _read_page(source, page)


def _load_feed(data: bytes, url: str, fetcher: Fetcher) -> Iterator[Loaded]:
    feed = feeds.read_feed(data, url=url)
    if feed.unlinked:
        yield ReadError(
            f"{feed.unlinked} entries of the feed {shown(url)} name no web page and were skipped."
        )
    for entry in feed.entries:
        for item in load(Source(entry.url, "url", url, entry), fetcher):
            yield item if isinstance(item, RawArticle) else _about_summary(item, entry)


def _about_summary(error: ReadError | FetchError, entry: FeedEntry) -> ReadError | FetchError:
    if entry.summary is None:
        return error
    # The class is kept: what was refused stays refused.
    told = type(error)(
        f"{error} The feed has a summary of it, which is not added: it is not the article."
    )
    told.__cause__ = error
    return told


def _read_page(source: Source, page: Page) -> Iterator[Loaded]:
    charset = f"; charset={page.charset}" if page.charset else ""
    found = readers.read_bytes(
        page.body,
        source=source.location,
        content_type=page.content_type + charset,
        url=page.final_url,
    )
    if not found:
        raise ReadError(f"{shown(page.final_url)} holds no text of an article; add another page.")
    for item in found:
        if isinstance(item, RawArticle):
            article = _located(item, page, alone=len(found) == 1)
            yield _with_entry(article, source) if source.entry else article
        else:
            yield item


def _located(article: RawArticle, page: Page, *, alone: bool) -> RawArticle:
    """Give an article its canonical address: its own, or the page's if the page is one article.

    That a web page cannot claim the address of another site is the HTML reader's work.
    """
    named = article.metadata.url or (page.final_url if alone else None)
    url = canonical_url(named) if named else None
    return replace(article, metadata=replace(article.metadata, url=url))


def _with_entry(article: RawArticle, source: Source) -> RawArticle:
    """Fill what the page does not say of itself with what the feed says of it."""
    said = article.metadata
    filled = {
        name: value
        for name in _FROM_FEED
        if (value := getattr(source.entry, name)) and not _said(article, name)
    }
    metadata = replace(said, **filled, extra={**said.extra, "feed": source.root})
    found = {**article.found, **dict.fromkeys(filled, "feed")}
    return replace(article, metadata=metadata, found=found)


def _said(article: RawArticle, name: str) -> bool:
    """Whether the page itself says this; a host's name as the outlet is a guess as well."""
    value = getattr(article.metadata, name)
    guessed = article.found.get(name) in _GUESSED
    return value is not None and not guessed and value not in (article.metadata.url or "")
