"""A JSON object in place of an answer: its text, with the citations that stand beside it."""

import json
import re
from collections.abc import Iterator

LONGEST = 20_000
"""Characters after which an object is read as it stands."""

_KEYS = frozenset(
    """
    citation citations cited cites source sources source_ids ref refs reference references
    marker markers evidence
    """.split()  # noqa: SIM905 (a list of words reads best as one)
)
_BEGINS = re.compile(r"^\s*(?:\{\s*\"|\[\s*(?:\{|\"))")
_MAY_BEGIN = re.compile(r"^\s*(?:\{\s*|\[\s*)?$")
_STRING = re.compile(r"\"((?:[^\"\\]|\\.)*)(\"?)\s*(:?)")


def begins(line: str) -> bool:
    """Whether a line opens a JSON object or a list of them."""
    return _BEGINS.match(line) is not None


def may_begin(line: str) -> bool:
    """Whether the next characters may still show that it does."""
    return _MAY_BEGIN.match(line) is not None


class ObjectText:
    """Takes a JSON value character by character; `feed` returns its text once it is whole."""

    def __init__(self) -> None:
        """Begin before the opening bracket."""
        self._raw: list[str] = []
        self._depth = 0
        self._quoted = self._escaped = False

    def feed(self, character: str) -> str | None:
        """Return the text, a line for each value, when this character closes the value."""
        self._raw.append(character)
        if self._escaped:
            self._escaped = False
        elif self._quoted:
            self._escaped = character == "\\"
            self._quoted = character != '"'
        elif character == '"':
            self._quoted = True
        else:
            self._depth += (character in "{[") - (character in "}]")
            if character in "}]" and self._depth <= 0:
                return self.text()
        return self.text() if len(self._raw) > LONGEST else None

    def text(self) -> str:
        """Return the text of what has come so far; a last line that broke off has no line end."""
        raw = "".join(self._raw)
        try:
            value = json.loads(raw, strict=False)
        except (ValueError, RecursionError):
            return _loosely(raw)
        return "".join(f"{line}\n" for line in _lines(value))


def _lines(value: object, marks: str = "") -> Iterator[str]:
    """Yield every text of a value but those under the keys of citations."""
    if isinstance(value, str):
        yield f"{value}{marks}"
    elif isinstance(value, list):
        for part in value:
            yield from _lines(part, marks)
    elif isinstance(value, dict):
        own = "".join(_marks(v) for k, v in value.items() if str(k).lower() in _KEYS)
        for key, part in value.items():
            if str(key).lower() not in _KEYS:
                yield from _lines(part, f" {own}" if own else marks)


def _marks(value: object) -> str:
    found = re.findall(r"\b\d{1,2}\b", json.dumps(value))
    return "".join(f"[{n}]" for n in found)


def _loosely(raw: str) -> str:
    """Return the strings of what is no JSON, keys left out; without a string, all of it."""
    found = [m for m in _STRING.finditer(raw) if not m[3]]
    if not found:
        return raw
    texts = [m[1].replace(r"\n", "\n").replace(r"\"", '"') + ("\n" if m[2] else "") for m in found]
    return "".join(texts)
