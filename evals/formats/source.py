"""Files of other tools: text, JSON Lines and typed fields, with the place of every fault."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from rag.errors import UsageError


def read_text(path: Path) -> str:
    """Return the text of a file, without a byte order mark.

    Raises UsageError if there is no such file, or naming the line that is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be read: {error.strerror}.") from error
    try:
        return data.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UsageError(
            f"{path}:{line}: byte {error.start} is not UTF-8; save the file as UTF-8."
        ) from error


@dataclass(frozen=True, slots=True)
class Fields:
    """The fields of one object of a file; `place` is `file:line`.

    Every getter raises UsageError with that place where a value is of another kind. An empty or
    absent value and null are the same.
    """

    place: str
    values: Mapping[str, object]

    def wrong(self, what: str) -> UsageError:
        """Return the error for this object."""
        return UsageError(f"{self.place}: {what}")

    def text(self, name: str) -> str | None:
        """Return a text, or None; a number is read as it is written."""
        value = self.values.get(name)
        if isinstance(value, bool) or not isinstance(value, str | int | float | None):
            raise self.wrong(f"{name!r} is {value!r}, and must be a text.")
        return self._valid(str(value)) or None if value is not None else None

    def required(self, name: str) -> str:
        """Return a text that must be there."""
        text = self.text(name)
        if text is None:
            raise self.wrong(f"the field {name!r} is missing or empty; give it a text.")
        return text

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; a single text is a list of one."""
        value = self.values.get(name)
        if isinstance(value, str):
            value = [value]
        items = self.items(name) if value is None or not isinstance(value, list) else value
        if not all(isinstance(item, str | int | float) for item in items):
            raise self.wrong(f"{name!r} is {value!r}, and must be a list of texts.")
        return tuple(text for item in items if (text := self._valid(str(item))))

    def items(self, name: str) -> Sequence[object]:
        """Return a list, empty if there is none."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, list):
            raise self.wrong(f"{name!r} is {value!r}, and must be a list.")
        return value or []

    def objects(self, name: str) -> list["Fields"]:
        """Return a list of objects, empty if there is none."""
        return [self._object(name, item) for item in self.items(name)]

    def inner(self, name: str) -> "Fields":
        """Return an object, empty if there is none."""
        value = self.values.get(name)
        return Fields(self.place, {}) if value is None else self._object(name, value)

    def flag(self, name: str) -> bool | None:
        """Return true or false, which YAML may give as a word; None if it is not there."""
        value = self.values.get(name)
        found = {"true": True, "false": False}.get(str(value).lower())
        if value is not None and found is None:
            raise self.wrong(f"{name!r} is {value!r}, and must be true or false.")
        return found

    def _valid(self, text: str) -> str:
        """Return the text without white space around it; JSON may escape half a character."""
        if any("\ud800" <= letter <= "\udfff" for letter in text):
            raise self.wrong(f"{text!r} is not valid Unicode.")
        return text.strip()

    def _object(self, name: str, value: object) -> "Fields":
        if not isinstance(value, dict):
            raise self.wrong(f"{name!r} holds {value!r}, which is no object.")
        return Fields(self.place, value)


def json_lines(path: Path) -> Iterator[Fields]:
    """Yield the object of each line that is not blank; raises UsageError naming a bad line."""
    # Split at line feeds alone: a text may hold the other line separators of Unicode.
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        place = f"{path}:{number}"
        value = parsed(line, place)
        if not isinstance(value, dict):
            raise UsageError(f"{place}: this is no JSON object; write one object a line.")
        yield Fields(place, value)


def parsed(text: str, place: str) -> object:
    """Return the value of a JSON text; raises UsageError with the place."""
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError) as error:
        said = error.msg if isinstance(error, json.JSONDecodeError) else "too deep"
        raise UsageError(f"{place}: this is not JSON ({said}).") from error
    return value


def rows(path: Path, columns: Sequence[str], *, separator: str | None) -> Iterator[Fields]:
    """Yield the columns of each line that is not blank; `separator` None means white space.

    Raises UsageError naming a line that has more or fewer of them.
    """
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        found = line.rstrip("\r").split(separator)
        if len(found) != len(columns):
            raise UsageError(
                f"{path}:{number}: there are {len(found)} columns in place of {len(columns)} "
                f"({', '.join(columns)})."
            )
        yield Fields(f"{path}:{number}", dict(zip(columns, found, strict=True)))


def number_in(fields: Fields, name: str) -> float:
    """Return a column as a number; raises UsageError if it is none, or not finite."""
    try:
        value = float(fields.required(name))
    except ValueError as error:
        raise fields.wrong(f"{name!r} is {fields.text(name)!r}, and must be a number.") from error
    if not isfinite(value):
        raise fields.wrong(f"{name!r} is {fields.text(name)!r}, and must be a finite number.")
    return value
