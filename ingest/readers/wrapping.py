"""Paragraphs of plain text: lines that were wrapped by hand are joined, others stand alone."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

MIN_WIDTH = 40
MAX_WIDTH = 140
FILLED_SHARE = 0.6
WIDTH_QUANTILE = 0.95

_ITEM = re.compile(r"\s*(?:[-*•‣◦–—]|\(?\d{1,3}[.)]|\(?[a-zA-Z][.)])\s+\S")
_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’)\]]*$")


def split_paragraphs(text: str) -> list[str]:
    r"""Cut plain text into paragraphs, as its author made them.

    Blank lines part paragraphs. Whether a line break inside a block is a mere wrap is decided for
    the whole document: in wrapped text most lines are so full that the next line's first word
    would not have fitted. A line break that is no wrap stays as `\n` within the paragraph.
    """
    blocks = _blocks(text.splitlines())
    width = _wrap_width(blocks)
    if width is None:
        return [line.strip() for block in blocks for line in block]
    single = len(blocks) == 1
    return [part for block in blocks for part in _unwrap(block, width, by_line_end=single)]


def _blocks(lines: Sequence[str]) -> list[list[str]]:
    blocks: list[list[str]] = [[]]
    for line in lines:
        if line.strip():
            blocks[-1].append(line.rstrip())
        elif blocks[-1]:
            blocks.append([])
    return [block for block in blocks if block]


def _wrap_width(blocks: Sequence[Sequence[str]]) -> int | None:
    """The column at which the lines are wrapped, or None where they are not."""
    inner = [pair for block in blocks for pair in pairwise(block)]
    if not inner:
        return None
    lengths = sorted(len(line) for line, _ in inner)
    width = lengths[min(len(lengths) - 1, int(len(lengths) * WIDTH_QUANTILE))]
    if not MIN_WIDTH <= width <= MAX_WIDTH:
        return None
    filled = sum(_is_full(line, after, width) for line, after in inner)
    return width if filled >= FILLED_SHARE * len(inner) else None


def _is_full(line: str, after: str, width: int) -> bool:
    return len(line) + 1 + len(after.split(maxsplit=1)[0]) > width


def _unwrap(block: Sequence[str], width: int, *, by_line_end: bool) -> Iterator[str]:
    """Join the lines of a block; `by_line_end` also ends a paragraph at a short last line."""
    paragraph = ""
    for line, after in zip(block, [*block[1:], ""], strict=True):
        paragraph += line.strip()
        if not after or (_ITEM.match(after) and not _is_full(line, after, width)):
            yield paragraph
            paragraph = ""
        elif _is_full(line, after, width):
            # A word that was broken at its own hyphen takes no space.
            broken = re.search(r"\w-$", line) and after.lstrip()[:1].islower()
            paragraph += "" if broken else " "
        elif by_line_end and _SENTENCE_END.search(line):
            yield paragraph
            paragraph = ""
        else:
            paragraph += "\n"
