"""Model text as plain text: nothing to follow, nothing hidden, nothing that formats."""

import html
import re
import unicodedata

from rag.verify.links import without_links

LONGEST = 1200
"""Characters that are read."""

_ROUNDS = 20
_COMBINED = 3
_ZWNJ = "\u200c"
_REPLACED = "\ufffd"
# Letters that show nothing and marks that may carry hidden text.
_BLANKS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u2800\u3164\uffa0"
)
_SELECTORS = ((0xFE00, 0xFE0F), (0xE0000, 0xE0FFF))
_WIDE = ((0xFF01, 0xFF5E), (0x1D400, 0x1D7FF), (0x24B6, 0x24E9))
_BODY = re.compile(
    r"<(script|style|iframe|object|svg|template|noscript)\b.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)"
    r"|<[!?][^<>]*>",
    re.IGNORECASE | re.DOTALL,
)
_TAG = re.compile(r"</?[A-Za-z][^<>]*(?:>|$)|<[|｜][^<>]{0,60}(?:[|｜]>|$)")
_OPENING = re.compile(r"<(?=[A-Za-z/!?|｜])|(?<=[A-Za-z/\"'|｜])>")
_ENTITY = re.compile(r"&(?:#\w{1,8}|[A-Za-z]\w{1,30});?")
_CODE = re.compile(r"`+|~~+|\*+|\\(?=[\W_])")
_UNDERLINED = re.compile(r"(?<![\w.])(_{1,3})(?=[^\s_])([^_]+)(?<=\S)\1(?!\w)")
_HEAD = re.compile(r"^(?:#{1,6}\s+|>+\s*|[-+•‣◦–—]\s+|\|\s*)+")
_MARKER = re.compile(r"\[\s*\^?(\d[\d\s,–-]*)\]")
_LENTICULAR = re.compile("[【】]")
_EMPTY = re.compile(r"[(\[{]\s*[)\]}]")
_SPACED = re.compile(r"\s+(?=[.,;:!?)](?:\s|$))")
_LOOSE = re.compile(r"^[\s.,;:!?)\]|]+(?=\s|\w|$)")


def plain(text: str) -> str:
    """Return one sentence as plain text, or nothing where it said nothing else than a link.

    No link, Markdown, HTML, entity that stands for a tag, control, zero-width, direction or tag
    character is left; the Persian ZWNJ stays between letters and a lone surrogate becomes U+FFFD.
    Braces are only text. At most LONGEST characters; `plain(plain(x)) == plain(x)`.
    """
    text = _cut(text)
    for _ in range(_ROUNDS):
        again = _cut(_once(text))
        if again == text:
            return text
        text = again
    return ""


def _cut(text: str) -> str:
    return text[:LONGEST].strip()


def _once(text: str) -> str:
    text = _letters(text)
    text = _ENTITY.sub(lambda m: html.unescape(m.group()), text)
    text = _TAG.sub(" ", _BODY.sub(" ", text))
    text = without_links(text)
    text = _CODE.sub("", _OPENING.sub("", text))
    text = _HEAD.sub("", _LENTICULAR.sub("", text))
    text = _MARKER.sub(r"(\1)", _UNDERLINED.sub(r"\2", text)).replace("](", "] (")
    text = _SPACED.sub("", " ".join(_EMPTY.sub(" ", text).split()))
    return _LOOSE.sub("", text).strip()


def _letters(text: str) -> str:
    """Return a text in letters that show: one form of each, nothing invisible."""
    shown: list[str] = []
    combining = 0
    for at, letter in enumerate(text):
        combining = combining + 1 if unicodedata.combining(letter) else 0
        if combining <= _COMBINED:
            shown.append(_letter(text, at))
    return unicodedata.normalize("NFC", "".join(shown))


def _letter(text: str, at: int) -> str:
    letter = text[at]
    if letter.isascii():
        return letter if letter.isprintable() else " " if letter in "\t\n\r\v\f" else ""
    if letter == _ZWNJ:
        return letter if _joins(text, at) else ""
    code, kind = ord(letter), unicodedata.category(letter)
    if kind == "Cs":
        return _REPLACED
    if kind.startswith("Z") or letter == "\x85":
        return " "
    if kind.startswith("C") or letter in _BLANKS or _within(code, _SELECTORS):
        return ""
    return unicodedata.normalize("NFKC", letter) if _within(code, _WIDE) else letter


def _joins(text: str, at: int) -> bool:
    around = text[at - 1 : at] + text[at + 1 : at + 2]
    return len(around) == 2 and all(  # noqa: PLR2004 (a letter on each side)
        unicodedata.name(c, "").startswith("ARABIC LETTER") for c in around
    )


def _within(code: int, ranges: tuple[tuple[int, int], ...]) -> bool:
    return any(first <= code <= last for first, last in ranges)
