"""Text of articles, answers and questions, with what hides or reorders it made visible."""

import unicodedata

_KEPT = frozenset("\t\n\r\u00ad\u061c\u200c\u200d\u200e\u200f\u06dd\u070f\u08e2")
"""Line ends, joiners that Persian is misspelt without, marks that only a neighbour feels."""
_ARABIC_SIGNS = range(0x0600, 0x0606)
_HIDDEN = {"Cc", "Cf", "Cs"}
_LAST_TWO = 0xFFFE


def visible(text: str) -> str:
    """Return the text with each character that a reader would not see written as its escape.

    That is: control characters, embeddings, overrides and isolates of direction, tags, lone
    surrogates and what XML does not allow. The result can be encoded in UTF-8.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def one_line(text: str) -> str:
    """Return the same on one line, with single spaces."""
    return " ".join(visible(text).split())


def shortened(text: str, longest: int) -> str:
    """Return the text on one line in at most so many characters, with an ellipsis."""
    line = one_line(text)
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _shown(letter: str) -> str:
    code = ord(letter)
    if letter in _KEPT or code in _ARABIC_SIGNS:
        return letter
    if unicodedata.category(letter) in _HIDDEN or code & _LAST_TWO == _LAST_TWO:
        return f"\\u{code:04x}"
    return letter
