"""What kind of file some bytes are: by name or media type, then by content."""

import re
from pathlib import PurePath
from urllib.parse import urlsplit

from rag.errors import ReadError

_BY_SUFFIX = {
    ".txt": "text",
    ".text": "text",
    ".md": "markdown",
    ".markdown": "markdown",
    ".html": "html",
    ".htm": "html",
    ".xhtml": "html",
    ".pdf": "pdf",
    ".docx": "docx",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
}
SUFFIXES = frozenset(_BY_SUFFIX)

_DOCX_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_BY_MEDIA_TYPE = {
    "text/html": "html",
    "application/xhtml+xml": "html",
    "text/markdown": "markdown",
    "application/pdf": "pdf",
    "application/x-pdf": "pdf",
    _DOCX_TYPE: "docx",
    "application/x-ndjson": "jsonl",
    "application/jsonl": "jsonl",
    "application/json": "json",
}
_UNREADABLE_TYPES = ("image/", "audio/", "video/", "font/")

_MAGIC = (
    (b"%PDF-", "pdf", "a PDF"),
    (b"PK\x03\x04", "zip", "a zip archive"),
    (b"\x89PNG", None, "a picture"),
    (b"\xff\xd8\xff", None, "a picture"),
    (b"GIF8", None, "a picture"),
    (b"RIFF", None, "a sound or a picture"),
    (b"\x1f\x8b", None, "a gzip archive"),
    (b"BZh", None, "a bzip2 archive"),
    (b"\xfd7zXZ", None, "an xz archive"),
    (b"7z\xbc\xaf", None, "a 7z archive"),
    (b"\x28\xb5\x2f\xfd", None, "a zstd archive"),
    (b"\xd0\xcf\x11\xe0", None, "an old Office document"),
    (b"\x7fELF", None, "a program"),
    (b"MZ\x90", None, "a program"),
    (b"SQLite format 3", None, "a database"),
    (b"{\\rtf", None, "an RTF document"),
)
_HTML_START = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body|article)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKDOWN_START = re.compile(rb"(?:\xef\xbb\xbf)?(?:---[ \t]*\r?\n[\w-]+[ \t]*:|#{1,6} \S)")
_RECORD_START = re.compile(rb'(?:\xef\xbb\xbf)?\s*\{\s*"')
_HEAD = 4096


def kind_of(
    data: bytes, *, source: str, content_type: str | None = None, url: str | None = None
) -> str:
    """Return "text", "markdown", "html", "pdf", "docx", "jsonl" or "json".

    The media type of a web page comes first, then the name's extension, then the content. Raises
    `ReadError` where the content contradicts the name or is of a kind that has no text.
    """
    named = _named(content_type, url or source)
    content, noun = _magic(data)
    if noun is None:
        if named in ("pdf", "docx"):
            raise ReadError(
                f"{source!r} is called a {named.upper()} but is none; check where it came from."
            )
        return _text_kind(data, named)
    if content is None or (named not in (None, content) and content_type is None):
        kind = PurePath(source).suffix or "an article"
        raise ReadError(
            f"{source!r} is called {kind} but holds {noun}; give it its right name or convert it."
        )
    return content


def _named(content_type: str | None, address: str) -> str | None:
    media = (content_type or "").partition(";")[0].strip().casefold()
    if media.startswith(_UNREADABLE_TYPES):
        raise ReadError(f"{address!r} is of type {media!r}, which has no text; give an article.")
    if media in _BY_MEDIA_TYPE:
        return _BY_MEDIA_TYPE[media]
    path = urlsplit(address).path if "://" in address else address
    return _BY_SUFFIX.get(PurePath(path).suffix.casefold())


def _magic(data: bytes) -> tuple[str | None, str | None]:
    """The kind that the first bytes show, if we read it, and what to call it; (None, None)."""
    for start, kind, noun in _MAGIC:
        if data.startswith(start):
            if kind == "zip":
                is_word = b"word/" in data[: 64 * 1024] or b"word/document.xml" in data
                return ("docx", "a Word document") if is_word else (None, noun)
            return kind, noun
    if b"%PDF-" in data[:1024] and not _HTML_START.match(data[:_HEAD]):
        # Readers of PDF accept a little before the header, but a text may speak of it.
        return ("pdf", "a PDF") if b"\x00" in data[:_HEAD] or b"%%EOF" in data else (None, None)
    return None, None


def _text_kind(data: bytes, named: str | None) -> str:
    head = data[:_HEAD]
    if named in (None, "text") and _HTML_START.match(head):
        return "html"
    if named is not None:
        return named
    if _MARKDOWN_START.match(head):
        return "markdown"
    return "jsonl" if _RECORD_START.match(head) else "text"
