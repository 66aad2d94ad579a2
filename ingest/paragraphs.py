"""From the blocks of a reader to the clean text that citations point into."""

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.clean import is_boilerplate, normalise
from ingest.document import Block
from ingest.speakers import assign_speakers, turn_of
from rag.library.records import Paragraph

SEPARATOR = "\n\n"


@dataclass(frozen=True, slots=True)
class CleanText:
    """The clean text of a version, its paragraphs, and what was dropped on the way.

    `text[paragraph.start:paragraph.end]` is the paragraph; numbers count from 1; paragraphs are
    parted by one empty line.
    """

    text: str
    paragraphs: tuple[Paragraph, ...]
    dropped: tuple[str, ...]


def compose(blocks: Iterable[Block], *, title: str | None = None) -> CleanText:
    """Normalise the blocks, drop page furniture, number the rest and name the speakers.

    `title` helps to name the speakers of a transcript; it is not put into the text.
    """
    kept: list[str] = []
    dropped: list[str] = []
    for block in blocks:
        for paragraph in _paragraphs_of(block):
            (dropped if is_boilerplate(paragraph) else kept).append(paragraph)
    speakers = assign_speakers(kept, title=title)
    return CleanText(SEPARATOR.join(kept), _numbered(kept, speakers), tuple(dropped))


def _paragraphs_of(block: Block) -> list[str]:
    """One paragraph, or more where a line of the block begins with a speaker's label."""
    paragraphs: list[list[str]] = []
    for line in block.text.split("\n"):
        clean = normalise(line)
        if not clean:
            continue
        turn = turn_of(clean) if paragraphs else None
        if paragraphs and not (turn and turn.strong):
            paragraphs[-1].append(clean)
        else:
            paragraphs.append([clean])
    return [" ".join(lines) for lines in paragraphs]


def _numbered(kept: list[str], speakers: list[str | None]) -> tuple[Paragraph, ...]:
    numbered: list[Paragraph] = []
    start = 0
    for number, (paragraph, speaker) in enumerate(zip(kept, speakers, strict=True), start=1):
        end = start + len(paragraph)
        numbered.append(Paragraph(number, start, end, speaker))
        start = end + len(SEPARATOR)
    return tuple(numbered)
