"""Quoted stretches of a text, and whether they stand in another word for word."""

import re
from collections.abc import Sequence

from rag.analysis import words

_QUOTED = re.compile(
    r"\"(?P<straight>[^\"\n]{1,600})\"|“(?P<curly>[^“”\n]{1,600})”|«(?P<angled>[^«»\n]{1,600})»"
    r"|(?<!\w)‘(?P<single>[^‘\n]{1,600}?)’(?!\w)|(?<![\w'])'(?P<plain>[^'\n]{2,600}?)'(?!\w)"
)
_CUT = re.compile(r"\[[^\]]*\]|…|\.{3}")


def find_quotations(text: str) -> list[str]:
    """Return what stands between quotation marks, in order, without the marks."""
    return [next(group for group in m.groups() if group) for m in _QUOTED.finditer(text)]


def stands_in(quotation: str, present: str) -> bool:
    """Whether the words of a quotation stand in a row in `present` (see `in_a_row`).

    What an ellipsis or an editor's bracket separates may stand apart.
    """
    parts = (in_a_row(words(part)) for part in _CUT.split(quotation))
    return all(part in present for part in parts if part.strip())


def is_quoted_alone(claim: str, text: str) -> bool:
    """Whether all of a claim stands within one quotation of a text, and is not told as one.

    Its words are then somebody's, not the text's own.
    """
    if find_quotations(claim):
        return False
    said = in_a_row(words(claim))
    return any(said in in_a_row(words(quoted)) for quoted in find_quotations(text))


def in_a_row(found: Sequence[str]) -> str:
    """Return words as one string, each between spaces, with one kind of apostrophe."""
    return f" {' '.join(found)} ".replace("’", "'")
