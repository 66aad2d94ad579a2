"""Sentence boundaries, as spans."""

import re

from sentencex import segment

_SPEAKER_MARK = re.compile(r"^(?:[A-Z][A-Z.’'\-]*(?: [A-Z][A-Z.’'\-]*){0,5}:|Q:?)\s+")


def sentence_spans(text: str, language: str = "en") -> list[tuple[int, int]]:
    """Return the (start, end) of each sentence of a paragraph, without the white space around it.

    A transcript's speaker mark (`MR. KIRBY:`, `Q`) belongs to no sentence.
    """
    mark = _SPEAKER_MARK.match(text)
    position = mark.end() if mark else 0
    spans: list[tuple[int, int]] = []
    for piece in segment(language, text[position:]):
        start = text.find(piece, position)
        if start < 0:  # the splitter changed a character: keep the rest as one sentence
            return [*spans, *_stripped(text, position, len(text))]
        spans += _stripped(text, start, start + len(piece))
        position = start + len(piece)
    return spans


def _stripped(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the span without the white space around it, or nothing if that is all."""
    inside = text[start:end].strip()
    begin = text.find(inside, start)
    return [(begin, begin + len(inside))] if inside else []
