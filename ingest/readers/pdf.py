"""PDF: text and properties, read in a child process that may fail or be stopped on its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingest.clean import normalise
from ingest.document import Block, RawArticle
from ingest.readers.fields import Fields, file_title, looks_like_title
from ingest.readers.page_lines import Line, paragraphs_of_pages
from rag.errors import ReadError

MAX_MEMORY = 1024**3
MAX_SECONDS = 60
MAX_PAGES = 2_000
MAX_CHARACTERS = 16_000_000
MAX_OUTPUT = 64 * MAX_CHARACTERS // 10

_KEPT_VARIABLES = (
    *("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"),
    *("SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG"),
)
_CHILD = Path(__file__).with_name("pdf_child.py")
_DEFAULT_TITLES = ("untitled", "microsoft word", "document")
_REASONS = {
    "password": "is locked with a password; save it without one",
    "pages": f"has more than {MAX_PAGES} pages; split it up first",
    "characters": f"has more than {MAX_CHARACTERS} characters; split it up first",
    "memory": "needs more memory than a PDF may take; save it as text",
    "format": "is damaged or no PDF; save it again",
}


def read_pdf(
    data: bytes, *, source: str, url: str | None = None, seconds: float = MAX_SECONDS
) -> RawArticle:
    """Read a PDF. The child is held to 1 GiB, `seconds`, 2 000 pages and 16 million characters.

    Raises `ReadError` where a limit is passed, the parser fails, or there is no text (a scan).
    """
    result = _run_child(data, source, seconds)
    pages = [[Line(*line) for line in page] for page in result["pages"]]
    paragraphs = paragraphs_of_pages(pages)
    if not paragraphs:
        raise ReadError(
            f"{source!r} holds no text, only pictures of pages; run text recognition on it first."
        )
    fields = Fields()
    fields.offer("url", url, "address")
    _offer_properties(fields, result["properties"])
    first = normalise(paragraphs[0])
    if len(paragraphs) > 1 and looks_like_title(first):
        fields.offer("title", first, "first line")
    if first == fields.get("title"):
        paragraphs = paragraphs[1:] or paragraphs
    fields.offer("title", file_title(url or source), "file name")
    blocks = tuple(Block(paragraph) for paragraph in paragraphs)
    return RawArticle(source, "pdf", blocks, fields.metadata(), fields.found)


def _offer_properties(fields: Fields, properties: Mapping[str, str]) -> None:
    """Title and author; the date a file was made is kept as extra, it is no publication date."""
    title = properties.get("Title", "")
    if not title.casefold().startswith(_DEFAULT_TITLES):
        fields.offer("title", title, "document properties")
    fields.offer("author", properties.get("Author"), "document properties")
    for name in ("Subject", "Keywords", "CreationDate"):
        fields.offer_extra(name.lower(), properties.get(name))


def _run_child(data: bytes, source: str, seconds: float) -> Mapping[str, Any]:
    limits = [MAX_MEMORY, int(seconds) + 1, MAX_PAGES, MAX_CHARACTERS]
    try:
        # -P keeps the child's folder, which holds our modules, off its import path.
        child = subprocess.run(  # noqa: S603 (our own program, no shell)
            [sys.executable, "-P", str(_CHILD), *map(str, limits)],
            input=data,
            capture_output=True,
            timeout=seconds,
            check=False,
            env=_environment(),
        )
    except subprocess.TimeoutExpired:
        raise ReadError(
            f"{source!r} took more than {seconds:g} seconds to read; save it as text."
        ) from None
    try:
        result = json.loads(child.stdout) if child.returncode == 0 else {"error": "crash"}
    except ValueError:
        result = {"error": "crash"}
    if "error" in result:
        reason = _REASONS.get(result["error"], "made the PDF parser fail; save it again or as text")
        raise ReadError(f"{source!r} {reason}.")
    return dict(result)


def _environment() -> dict[str, str]:
    """The child's environment: what Python needs to start, none of our settings and keys."""
    return {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
