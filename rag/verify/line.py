"""What a line of a model's answer is: prose, or what stands around it."""

import re
from typing import Literal

LineKind = Literal["prose", "heading", "sources", "reference", "nothing"]

_INDENT = re.compile(r"^(?:\s*>)*\s*")
_BULLET = re.compile(
    r"^(?:[-+*•‣◦–—]|\d{1,2}[.)](?!\d)|[a-z][.)]|\(\d{1,2}\)(?=\s+[A-Z“\"]))\s+"
    r"|^(?:[-+*•‣◦–—]|\d{1,2}[.)]|[a-z][.)])$"
)
_LABEL = re.compile(
    r"^(?:\*\*|__)?(?:(?:final|short|direct|brief) )?(?:answer|response|summary|reply|assistant"
    r"|output|a)(?:\*\*|__)?\s*:\s*(?:\*\*|__)?\s*",
    re.IGNORECASE,
)
_HEADING = re.compile(r"^#{1,6}(?:\s|$)")
_NOTHING = re.compile(
    r"^(?:```|~~~)|^(?:[-*_=]\s*){3,}$|^[\s|:-]*$|^\[/?(?:INST|SYS)\]$"
    r"|^(?:assistant|user|system|model|human)\s*:?$"
    r"|^(?:question|user|human|q|system|context|instructions?)\s*:",
    re.IGNORECASE,
)
_SOURCES = re.compile(
    r"^(?:#{1,6}\s*)?(?:\*\*|__)?(?:sources?|references?|citations?|bibliography|works cited"
    r"|footnotes?|cited sources)(?: (?:used|cited|consulted))?(?:\*\*|__)?\s*"
    r"(?::|$|(?:\*\*|__)$)",
    re.IGNORECASE,
)
_REFERENCE = re.compile(r"^(?:[-*•]\s*)?\\?\[\^?(?:source )?\d{1,2}\\?\]\s*:", re.IGNORECASE)
_LISTED = re.compile(r"^(?:[-+*•]|\(?\[?\^?(?:source )?\d{1,2}[\]).:])|^\W*$|^【", re.IGNORECASE)
_TEMPLATE = re.compile(r"\[/?(?:INST|SYS)\]|<</?SYS>>")


def content(line: str) -> str:
    """Return a line without indent, quotation arrow, bullet, number and "Answer:"."""
    text = _INDENT.sub("", _TEMPLATE.sub(" ", line)).lstrip()
    while (shorter := _LABEL.sub("", _BULLET.sub("", text))) != text:
        text = shorter.lstrip()
    return text


def kind_of(line: str) -> LineKind:
    """Return what a line is, as far as it has come."""
    text = _INDENT.sub("", line).strip()
    if _NOTHING.search(text):
        return "nothing"
    if _SOURCES.match(content(text)):
        return "sources"
    if _REFERENCE.match(text):
        return "reference"
    return "heading" if _HEADING.match(text) else "prose"


def is_listed(line: str) -> bool:
    """Whether a line below "Sources:" is one of the list."""
    return _LISTED.match(line.strip()) is not None


def is_bullet(line: str) -> bool:
    """Whether a line is an item of a list."""
    return _BULLET.match(_INDENT.sub("", line).lstrip()) is not None
