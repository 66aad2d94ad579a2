"""The child that parses a PDF: bytes on standard input, JSON on standard output.

It stands alone (it imports nothing of ours) and limits itself before it parses. It is run with
the limits as arguments: bytes of memory, seconds of processor time, pages, characters.
"""

import contextlib
import json
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pypdfium2 import PdfPage, PdfTextPage

Line = tuple[str | float, ...]


def main() -> None:
    """Read, limit, parse, write."""
    memory, seconds, max_pages, max_characters = map(int, sys.argv[1:5])
    data = sys.stdin.buffer.read()
    _limit(memory, seconds)
    try:
        result = _parse(data, max_pages, max_characters)
    except MemoryError:
        result = {"error": "memory"}
    sys.stdout.write(json.dumps(result))


def _limit(memory: int, seconds: int) -> None:
    """Set hard limits where the platform has them; elsewhere the parent's clock must do."""
    with contextlib.suppress(ImportError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        with contextlib.suppress(ValueError, OSError):  # macOS refuses to limit address space
            resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _parse(data: bytes, max_pages: int, max_characters: int) -> dict[str, Any]:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        return {"error": "password" if "password" in str(error).lower() else "format"}
    if len(document) > max_pages:
        return {"error": "pages"}
    pages: list[list[Line]] = []
    characters = 0
    for index in range(len(document)):
        try:
            lines = _lines(document[index])
        except pypdfium2.PdfiumError:
            return {"error": "format"}
        characters += sum(len(str(line[0])) for line in lines)
        if characters > max_characters:
            return {"error": "characters"}
        pages.append(lines)
    return {"pages": pages, "properties": document.get_metadata_dict(skip_empty=True)}


def _lines(page: "PdfPage") -> list[Line]:
    """The lines of a page: text, left, right, bottom, height, bottom of the last character."""
    text_page = page.get_textpage()
    total = text_page.count_chars()
    lines: list[Line] = []
    start = 0
    text = text_page.get_text_range(0, total) if total else ""
    # Characters and their places correspond one to one unless some lie outside the plane that
    # the interface counts in; then the places are unknown and only the text is used.
    placed = len(text) == total
    for raw in text.split("\n"):
        line = raw.rstrip("\r")
        inked = [start + at for at, character in enumerate(line) if not character.isspace()]
        if inked:
            box = _box(text_page, inked[0], inked[-1]) if placed else (0.0,) * 5
            lines.append((line, *box))
        start += len(raw) + 1
    text_page.close()
    page.close()
    return lines


def _box(text_page: "PdfTextPage", first: int, last: int) -> tuple[float, ...]:
    left, bottom, _, top = text_page.get_charbox(first, loose=True)
    _, last_bottom, right, _ = text_page.get_charbox(last, loose=True)
    return left, right, bottom, top - bottom, last_bottom


if __name__ == "__main__":
    main()
