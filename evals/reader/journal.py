"""A file of JSON objects, one a line, that is only added to: a killed run goes on where it was."""

import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from rag.errors import UsageError


class Journal:
    """`Journal(path).append([{"key": "…"}])`: on disk when it returns; the folder is made.

    A last line that a kill cut off is not read, and is taken away before more is written.
    """

    def __init__(self, path: Path) -> None:
        """Nothing is read or made yet."""
        self.path = path

    def read(self) -> list[dict[str, Any]]:
        """Return the objects in order; raises UsageError for a whole line that is none."""
        return [self._object(line, number) for number, line in enumerate(self._whole(), start=1)]

    def append(self, objects: Iterable[Mapping[str, Any]]) -> None:
        """Add objects at the end."""
        text = "".join(f"{json.dumps(one, ensure_ascii=False)}\n" for one in objects)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._mend()
        with self.path.open("a", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())

    def _whole(self) -> list[str]:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return []
        # A cut may lie within a letter: only what ends with a line feed is decoded.
        return data[: data.rfind(b"\n") + 1].decode("utf-8").split("\n")[:-1]

    def _mend(self) -> None:
        try:
            with self.path.open("rb+") as file:
                data = file.read()
                if not data.endswith(b"\n"):
                    file.truncate(data.rfind(b"\n") + 1)
        except FileNotFoundError:
            return

    def _object(self, line: str, number: int) -> dict[str, Any]:
        try:
            found = json.loads(line)
        except ValueError:
            found = None
        if not isinstance(found, dict):
            raise UsageError(
                f"{self.path}:{number} is no JSON object ({line[:40]!r}); remove the line."
            )
        return found
