"""Answers brought to one form before they are compared, after SQuAD (Rajpurkar et al. 2016)."""

import re
import unicodedata

_ARTICLES = frozenset({"a", "an", "the"})
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")
_APART = re.compile(r"(?<=\d)(?:[^\w\s]{2,}|[^\w\s.:]|_)(?=\d)|[–—]")
_DROPPED = re.compile(r"(?<!\d)[^\w\s]|[^\w\s](?!\d)|_")


def tokens(text: str) -> list[str]:
    """Return the words in lower case, without punctuation and articles; numbers stay whole.

    SQuAD deletes every sign of punctuation, which makes 35 of "3.5" and 1015 of "10-15". Here a
    point or colon between digits stays, the comma of thousands goes ("1,200" is "1200"), and any
    other sign between digits parts two numbers. Dashes part words.
    """
    plain = unicodedata.normalize("NFC", text).lower()
    plain = _APART.sub(" ", _THOUSANDS.sub("", plain))
    return [word for word in _DROPPED.sub("", plain).split() if word not in _ARTICLES]
