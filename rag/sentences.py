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
    spans = []
    for piece in segment(language, text[position:]):
        start = text.find(piece, position)
        if start < 0:  # the splitter changed a character: keep the rest as one sentence
            start, piece = position, text[position:]
        position = start + len(piece)
        stripped = piece.strip()
        if stripped:
            begin = start + len(piece) - len(piece.lstrip())
            spans.append((begin, begin + len(stripped)))
    return spans
