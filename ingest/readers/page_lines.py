"""Paragraphs from the printed lines of pages, by where the lines stand."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

MIN_REPEATS = 3
EDGE_LINES = 2
WIDE_GAP = 1.35
INDENT = 0.8
SHORT = 0.85
SIZE_CHANGE = 0.15

_SENTENCE_END = re.compile(r"[.!?…:;][\"'”’)\]\d]*$")
# How the parser marks a hyphen at the end of a line: it may belong to the word or not.
_BROKEN_WORD = re.compile(r"(\w{1,40})[\u00ad\u0002\ufffe]\s{0,4}(\w{1,40})")
_MARKED_HYPHENS = ("\u00ad", "\u0002", "\ufffe")
_HYPHEN = re.compile(r"[^\W\d_]-$")


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line and its place on the page, in points from the lower left corner.

    The parser joins a word that was broken at the end of a line, and with it the two lines; then
    `end_bottom` is lower than `bottom`.
    """

    text: str
    left: float
    right: float
    bottom: float
    height: float
    end_bottom: float


def paragraphs_of_pages(pages: Sequence[Sequence[Line]]) -> list[str]:
    """Join the lines of all pages into paragraphs; running heads and page numbers are left out."""
    running = _running(pages)
    paragraphs: list[str] = []
    for page in pages:
        lines = [line for line in _body(page, running) if line.text.strip()]
        for at, paragraph in enumerate(_page_paragraphs(lines)):
            if at == 0 and paragraphs and _continues(paragraphs[-1], paragraph):
                paragraphs[-1] += _glue(paragraphs[-1], paragraph) + paragraph
            else:
                paragraphs.append(paragraph)
    return _mended(paragraphs)


def _mended(paragraphs: Sequence[str]) -> list[str]:
    """Mend words broken at a line's end, with the hyphen if the document writes them so."""
    words = frozenset(re.findall(r"[\w-]+", " ".join(paragraphs).casefold()))

    def mend(broken: re.Match[str]) -> str:
        hyphenated = f"{broken[1]}-{broken[2]}"
        whole = broken[1] + broken[2]
        keep = hyphenated.casefold() in words and whole.casefold() not in words
        return hyphenated if keep else whole

    return [
        _BROKEN_WORD.sub(mend, paragraph)
        if any(mark in paragraph for mark in _MARKED_HYPHENS)
        else paragraph
        for paragraph in paragraphs
    ]


def _pattern(line: Line) -> str:
    return re.sub(r"\d+", "0", line.text.strip())


def _edges(page: Sequence[Line]) -> Sequence[Line]:
    return page if len(page) <= 2 * EDGE_LINES else [*page[:EDGE_LINES], *page[-EDGE_LINES:]]


def _running(pages: Sequence[Sequence[Line]]) -> frozenset[str]:
    """Lines that, but for digits, stand at the edge of three pages and of half of all."""
    seen = Counter(chain.from_iterable({_pattern(line) for line in _edges(page)} for page in pages))
    needed = max(MIN_REPEATS, len(pages) / 2)
    return frozenset(pattern for pattern, count in seen.items() if count >= needed)


def _body(page: Sequence[Line], running: frozenset[str]) -> Iterable[Line]:
    edges = {id(line) for line in _edges(page)}
    return (line for line in page if id(line) not in edges or _pattern(line) not in running)


def _page_paragraphs(lines: Sequence[Line]) -> Iterator[str]:
    if not lines:
        return
    pitch = _pitch(lines)
    width = max((line.right for line in lines), default=0.0)
    text = [lines[0].text.strip()]
    for before, line in pairwise(lines):
        after = line.text.strip()
        if _starts(before, line, pitch, width):
            yield "".join(text)
            text = [after]
        else:
            text += (_glue(text[-1], after), after)
    yield "".join(text)


def _pitch(lines: Sequence[Line]) -> float:
    """The usual distance from line to line."""
    steps = sorted(before.end_bottom - line.bottom for before, line in pairwise(lines))
    positive = [step for step in steps if step > 0]
    # The lower quartile: on a page of headings and short paragraphs most steps are gaps.
    return positive[len(positive) // 4] if positive else 0.0


def _starts(before: Line, line: Line, pitch: float, width: float) -> bool:
    """Whether a paragraph starts: a wide gap, another size, an indent, or a short line before."""
    size = max(before.height, line.height) or 1.0
    if abs(before.height - line.height) > SIZE_CHANGE * size:
        return True
    if pitch and before.end_bottom - line.bottom > WIDE_GAP * pitch:
        return True
    if line.left - before.left > INDENT * size and _SENTENCE_END.search(before.text.strip()):
        return True
    return bool(_SENTENCE_END.search(before.text.strip())) and before.right < SHORT * width


def _continues(before: str, after: str) -> bool:
    """Whether a paragraph runs on over the end of a page."""
    return not _SENTENCE_END.search(before) and (
        after[:1].islower() or bool(_HYPHEN.search(before))
    )


def _glue(before: str, after: str) -> str:
    """What joins two lines; a plain hyphen may belong to the word ("cease-fire"), so it stays."""
    broken = _HYPHEN.search(before[-2:]) and after[:1].islower()
    return "" if broken or before[-1:] in _MARKED_HYPHENS else " "
