"""Where the words of a text begin and end: an answer never starts or stops inside one."""

import numpy as np
import regex
from numpy.typing import NDArray

_UNIT = regex.compile(r"(?:(?=\w)\X)+(?:[-‐‑'’.,:/](?:(?=\w)\X)+)*|\X")
"""A word, with what joins its parts (2,500; F-35; don't), or any other single grapheme."""


def whole_words(text: str, offsets: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return the tokens' characters (tokens, 2) widened to the words that they are part of.

    A token that is no part of a word becomes the whole graphemes (UAX 29) that it touches. The
    tokens are in the order of the text.
    """
    if not len(offsets):
        return offsets
    begins, stops = _units(text, until=int(offsets[-1, 1]))
    # An empty token counts as the character that it stands before.
    last = np.maximum(offsets[:, 1] - 1, offsets[:, 0])
    first_unit = np.searchsorted(begins, offsets[:, 0], side="right") - 1
    last_unit = np.searchsorted(begins, last, side="right") - 1
    return np.stack([begins[first_unit], stops[last_unit]], axis=1).astype(np.int32)


def _units(text: str, *, until: int) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return where each unit begins and ends, as far as one that reaches `until`."""
    spans: list[tuple[int, int]] = []
    for match in _UNIT.finditer(text):
        spans.append(match.span())
        if match.end() >= until:
            break
    begins, stops = np.array(spans, np.int32).T
    return begins, stops
