"""One way in for every file and page: decide what it is, read it, and turn failure into a value."""

import logging
from pathlib import Path

from ingest.document import RawArticle
from ingest.readers.encoding import declared_charset, decode
from ingest.readers.kinds import kind_of
from rag.errors import ReadError

MAX_BYTES = 64 * 1024**2

ReadResult = RawArticle | ReadError

_logger = logging.getLogger(__name__)


def read_file(path: Path) -> list[ReadResult]:
    """Read a file into articles; what cannot be read is a `ReadError` in the list, never raised.

    Most files hold one article; JSON Lines hold one a line, and a bad line stops no other.
    """
    source = str(path)
    try:
        size = path.stat().st_size
        if not path.is_file():
            raise ReadError(f"{source!r} is not a file; give a file or a folder of files.")
        if size > MAX_BYTES:
            raise _too_large(source, size)
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except ReadError as error:
        return [error]
    except FileNotFoundError:
        return [ReadError(f"There is no file {source!r}; check the path.")]
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        return [ReadError(f"{source!r} cannot be opened ({reason}); check its permissions.")]
    return read_bytes(data, source=source)


def read_bytes(
    data: bytes, *, source: str, content_type: str | None = None, url: str | None = None
) -> list[ReadResult]:
    """Read the bytes of a file, of a page fetched from `url`, or of standard input (source `-`).

    `content_type` is the HTTP header's. Failures are `ReadError` items of the list, never raised.
    """
    try:
        if len(data) > MAX_BYTES:
            raise _too_large(source, len(data))
        results = _read(data, source, content_type, url)
    except ReadError as error:
        return [error]
    except Exception as error:
        _logger.debug("reading %r failed", source, exc_info=True)
        return [
            ReadError(
                f"{source!r} made its parser fail ({type(error).__name__}); save it as plain text."
            )
        ]
    return [_with_text(result) for result in results] or [_empty(source)]


def _read(data: bytes, source: str, content_type: str | None, url: str | None) -> list[ReadResult]:
    if not data.strip():
        raise _empty(source)
    kind = kind_of(data, source=source, content_type=content_type, url=url)
    # Each reader is imported when it is needed: a question must not pay for them.
    if kind == "pdf":
        from ingest.readers.pdf import read_pdf

        return [read_pdf(data, source=source, url=url)]
    if kind == "docx":
        from ingest.readers.word import read_docx

        return [read_docx(data, source=source, url=url)]
    declared = declared_charset(data if kind == "html" else b"", content_type)
    return _read_text(decode(data, source=source, declared=declared), kind, source, url)


def _read_text(text: str, kind: str, source: str, url: str | None) -> list[ReadResult]:
    if kind == "html":
        from ingest.readers.web_page import read_html

        return [read_html(text, source=source, url=url)]
    if kind == "markdown":
        from ingest.readers.markdown import read_markdown

        return [read_markdown(text, source=source, url=url)]
    if kind in ("json", "jsonl"):
        from ingest.readers.json_lines import read_json, read_json_lines

        return (read_json if kind == "json" else read_json_lines)(text, source=source)
    from ingest.readers.plain import read_plain

    return [read_plain(text, source=source, url=url)]


def _with_text(result: ReadResult) -> ReadResult:
    """The article, or an error where not one paragraph has a visible character."""
    if isinstance(result, ReadError) or any(
        character.isalnum() for block in result.blocks for character in block.text
    ):
        return result
    return _empty(result.source)


def _empty(source: str) -> ReadError:
    return ReadError(f"{source!r} is empty: it holds no text to add.")


def _too_large(source: str, size: int) -> ReadError:
    return ReadError(
        f"{source!r} has {size} bytes, more than {MAX_BYTES} bytes; split it up first."
    )
