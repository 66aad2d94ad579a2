"""Citation markers as chat models write them, and the text without them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

MOST = 20
"""Numbers that a range such as [1-3] may stand for."""

_WORD = (
    r"(?:sources?|src|docs?|documents?|refs?|references?|citations?|cite|passages?|articles?"
    r"|evidence|items?|s)"
)
_NUMBER = rf"(?:[#^]|{_WORD}\s*[:#]?\s*)?\d{{1,2}}(?:†[^\]】\n]{{0,20}})?"
_AND = r"(?:[,;&–—-]|and|or|to)"
_LIST = rf"{_NUMBER}(?:\s*{_AND}\s*{_NUMBER})*"
_TARGET = r"(?:\((?:https?:|www\.|[#/])[^()\n]{0,300}\))?"
_SQUARE = (
    rf"(?:\\?\[\[?\s*{_LIST}\s*\\?\]\]?{_TARGET}|【\s*{_LIST}\s*】"
    rf"|<sup>\s*\[?{_LIST}\]?\s*</sup>)"
)
_GROUP = rf"{_SQUARE}(?:[ \t]*{_AND}?[ \t]*{_SQUARE})*"
_ROUND = rf"\(\s*(?:(?:see|cf\.?) )?(?:{_GROUP}|{_WORD}\s*[:#]?\s*{_LIST})\s*\)"
_BARE = r"\(\d{1,2}(?:\s*[,–-]\s*\d{1,2})*\)"
_ENDS = r"[.!?…][\"”’»]?"
_AT_END = (
    rf"(?<=[\w\"”’»%] ){_BARE}(?=\s*(?:{_ENDS}(?:\s|$)|$))|(?<=[.!?]){_BARE}(?=\s|$)"
    rf"|(?<=[.!?\"”] ){_BARE}(?=\s|$)"
)
_RAISED = r"(?<=[.!?,\"”])[¹²³⁴-⁹][⁰¹²³⁴-⁹]?"
_MARKER = re.compile(rf"{_ROUND}|{_GROUP}|{_AT_END}|{_RAISED}", re.IGNORECASE)
_HALF = re.compile(
    r"(?:[\[【(]|<sup>?)\s*[\[^#\\]?(?:see )?\[?(?:[A-Za-z]{0,10}\s?[:#.]?\s?)[\d\s,;&†–—\-\[\]]*"
    r"(?:and|or|to)?[\d\s,;&–—\[-]*$|\]\([^()\n]{0,300}$"
)
_BROKEN_OFF = re.compile(rf"\s*[\[【(]\s*[\[^#\\]?(?:{_WORD}\s*[:#]?\s*)?[\d\s,;&–-]*$", re.I)
_DASH = re.compile(r"[\s\[\]【】\\]*(?:[–—-]|\bto\b)[\s\[\]【】\\^#]*")
_PLAIN_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_TARGETS = re.compile(r"\]\([^()\n]*\)")
_NAMED = re.compile(
    rf"^\s*(?:according to|as (?:stated|reported|noted|described|mentioned) (?:in|by)|based on"
    rf"|per|in) (?:the )?(?:{_WORD} )?(?P<marker>{_GROUP}|{_WORD}\s*[:#]?\s*\d{{1,2}}),?\s+"
    rf"|^\s*(?P<saying>{_GROUP}|{_WORD} \d{{1,2}}) (?:\w+ly )?"
    r"(?:says|states|reports|notes|mentions|indicates|confirms|explains)(?: that)?,?\s+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Unmarked:
    """A text without its markers; `origin[i]` is where its i-th character stood before."""

    text: str
    markers: tuple[int, ...]
    origin: tuple[int, ...]


def unmarked(text: str) -> Unmarked:
    """Take the markers out of a text, with the space before them.

    Forms: `[1]`, `[1][2]`, `[1, 2]`, `[1-3]`, `[1]–[3]`, `[^1]`, `[Source 1]`, `(source 2)`,
    `[S1]`, `【1】`, a raised number after a full stop, and `(1)` where a sentence ends. Markers
    come in order, each once; two digits at the most, so `[2024]` is text.
    """
    kept: list[int] = []
    numbers: list[int] = []
    position = 0
    for match in _MARKER.finditer(text):
        before = text[position : match.start()]
        kept += range(position, position + len(before.rstrip(" \t")))
        follows = text[match.end() : match.end() + 1]
        if follows.isalnum() and before.strip():
            kept.append(match.start() - 1 if before[-1:].isspace() else match.start())
        numbers += _numbers(match.group())
        position = match.end()
    kept += range(position, len(text))
    marks = {match.start() for match in _MARKER.finditer(text)}
    bare = "".join(" " if at in marks else text[at] for at in kept)
    return Unmarked(bare, tuple(dict.fromkeys(numbers)), tuple(kept))


def without_reference(text: str) -> str:
    """Leave out "According to [1], …" and "Source 1 states that …": the marker says it.

    The markers are kept in front.
    """
    named = _NAMED.match(text)
    if named is None:
        return text
    marker = f"[{', '.join(str(n) for n in _numbers(named['marker'] or named['saying']))}]"
    rest = text[named.end() :]
    return f"{marker} {rest[:1].upper()}{rest[1:]}"


def ends_in_half(text: str) -> bool:
    """Whether the end of a text may be the first part of a marker."""
    return _HALF.search(text, max(0, len(text) - 340)) is not None


def without_half(text: str) -> str:
    """Return a text that broke off without the part of a marker at its end."""
    return _BROKEN_OFF.sub("", text)


def _numbers(marker: str) -> Iterator[int]:
    shown = _TARGETS.sub("]", re.sub(r"†[^\]】]*", "", marker)).translate(_PLAIN_DIGITS)
    last: tuple[int, int] | None = None
    for match in re.finditer(r"\d{1,2}", shown):
        number = int(match.group())
        if last is not None and _DASH.fullmatch(shown, last[1], match.start()):
            yield from range(last[0] + 1, min(number, last[0] + MOST))
        yield number
        last = number, match.end()
