"""`dateline show`: an article, or one paragraph of it."""

import re

from rag.library import catalogue
from rag.library.rows import VersionText
from ui.invocation import Invocation
from ui.narrowing import find
from ui.output import console, write_json
from ui.session import reading

_PARAGRAPH = re.compile(r"(?P<article>.+)#p(?P<number>\d{1,9})", re.DOTALL)


def split_reference(reference: str) -> tuple[str, int | None]:
    """Take `ARTICLE#pN` apart."""
    match = _PARAGRAPH.fullmatch(reference)
    return (match["article"], int(match["number"])) if match else (reference, None)


def run(invocation: Invocation, reference: str, *, version: int | None) -> int:
    """Print what is asked for."""
    from ui.article_text import require_paragraph

    name, paragraph = split_reference(reference)
    with reading(invocation.settings()) as library, library.reading() as db:
        found = catalogue.read_version(db, find(db, name).article_id, version)
    if paragraph is not None:
        require_paragraph(found, paragraph)
    if invocation.json:
        write_json(as_json(found, paragraph))
    else:
        _print(found, paragraph)
    return 0


def _print(found: VersionText, paragraph: int | None) -> None:
    from ui.article_text import print_heading, print_paragraph
    from ui.render import DIM

    screen = console()
    print_heading(screen, found.info)
    last = len(found.paragraphs)
    chosen = range(1, last + 1)
    if paragraph is not None:
        chosen = range(max(1, paragraph - 1), min(last, paragraph + 1) + 1)
    for number in chosen:
        screen.print()
        neighbour = paragraph is not None and number != paragraph
        print_paragraph(screen, found, number, style=DIM if neighbour else "")


def as_json(found: VersionText, paragraph: int | None = None) -> dict[str, object]:
    """Return a version, or one paragraph of it, with its offsets into the version's text."""
    info = found.info
    numbers = [paragraph] if paragraph else range(1, len(found.paragraphs) + 1)
    return {
        "article_id": info.article_id,
        "version": info.number,
        "current": info.current,
        "removed": info.removed,
        "sha256": info.sha256,
        "title": info.title,
        "author": info.author,
        "outlet": info.outlet,
        "kind": info.kind,
        "published": info.published,
        "url": info.url,
        "source": info.source,
        "added_at": info.added_at,
        "paragraphs": [_paragraph_json(found, number) for number in numbers],
    }


def _paragraph_json(found: VersionText, number: int) -> dict[str, object]:
    paragraph = found.paragraph(number)
    return {
        "number": number,
        "speaker": paragraph.speaker,
        "start": paragraph.start,
        "end": paragraph.end,
        "text": found.slice(paragraph),
    }
