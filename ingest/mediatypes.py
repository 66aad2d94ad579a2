"""Which kinds of content an article can be, by media type and by file extension."""

from pathlib import PurePosixPath
from urllib.parse import unquote, urlsplit

EXTENSIONS = {
    ".txt": "text/plain",
    ".text": "text/plain",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "application/xhtml+xml",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".jsonl": "application/x-ndjson",
    ".ndjson": "application/x-ndjson",
}
FEED_EXTENSIONS = {
    ".xml": "application/xml",
    ".rss": "application/rss+xml",
    ".atom": "application/atom+xml",
    ".rdf": "application/rdf+xml",
}
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
FEED_TYPES = frozenset({"application/rss+xml", "application/atom+xml", "application/rdf+xml"})
XML_TYPES = FEED_TYPES | {"application/xml", "text/xml"}

_ACCEPTED = (
    HTML_TYPES
    | XML_TYPES
    | set(EXTENSIONS.values())
    | {
        "text/x-markdown",
        "application/x-pdf",
        "application/json",
        "application/ndjson",
        "application/jsonl",
        "application/jsonlines",
        "application/x-jsonlines",
    }
)
_GENERIC = frozenset(
    {
        "",
        "application/octet-stream",
        "binary/octet-stream",
        "application/download",
        "application/force-download",
        "application/x-download",
        "application/zip",
    }
)


def media_type(header: str) -> str:
    """The media type of a Content-Type header, in lower case and without parameters."""
    return header.partition(";")[0].strip().lower()


def accepted_type(header: str, url: str) -> str | None:
    """The media type to read a page as, or None if it cannot be an article or a feed.

    A type that says nothing (octet-stream, none at all) gives way to the URL's extension.
    """
    named = media_type(header)
    if named in _ACCEPTED:
        return named
    return type_by_extension(urlsplit(url).path) if named in _GENERIC else None


def type_by_extension(path: str) -> str | None:
    """The media type that a file name or the path of a URL promises."""
    suffix = PurePosixPath(unquote(path)).suffix.lower()
    return EXTENSIONS.get(suffix) or FEED_EXTENSIONS.get(suffix)
