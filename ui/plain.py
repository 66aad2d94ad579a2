"""Text of articles, made harmless for a terminal."""

import unicodedata

_SPACES = {"\t", "\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029"}
# Persian and Indic scripts, and joined emoji, are misspelt without them.
_JOINERS = {"\u200c", "\u200d"}
_DROPPED = {"Cc", "Cf"}


def _shown(letter: str) -> str:
    if letter in _SPACES:
        return " "
    category = unicodedata.category(letter)
    if category in _DROPPED and letter not in _JOINERS:
        return ""
    return "\N{REPLACEMENT CHARACTER}" if category == "Cs" else letter


def plain(text: str) -> str:
    """Return the text on one line, without what a terminal would obey instead of show.

    That is: control characters (escape sequences begin with one), direction marks and other
    invisible characters, lone surrogates.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_shown, text))


def shortened(text: str, longest: int) -> str:
    """Return the text in at most so many characters, cut at a word, with an ellipsis."""
    if len(text) <= longest:
        return text
    cut = text[: longest - 1]
    return (cut.rpartition(" ")[0] or cut).rstrip(" ,;:") + "…"
