"""What an export comes to, and writing it without destroying anything."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rag.errors import UsageError


@dataclass(frozen=True, slots=True)
class Exported:
    """Texts by path below the target (`""` is the target itself), and notes for the reader."""

    files: Mapping[str, str]
    notes: tuple[str, ...] = ()


def in_json_lines(rows: Iterable[Mapping[str, object]]) -> str:
    """Return a JSON object a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def write(exported: Exported, target: Path) -> list[Path]:
    """Write all files, each as a whole; return their paths.

    Raises UsageError, before anything is written, if a file is there with other content.
    """
    paths = {target / name if name else target: text for name, text in exported.files.items()}
    for path, text in paths.items():
        refuse_other_content(path, text)
    for path, text in paths.items():
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            aside = path.with_name(f".{path.name}.new")
            aside.write_bytes(text.encode("utf-8"))
            aside.replace(path)
        except OSError as error:
            raise UsageError(f"{str(path)!r} cannot be written: {error.strerror}.") from error
    return list(paths)


def refuse_other_content(path: Path, text: str) -> None:
    """Raise UsageError if the path is a folder or a file that holds anything but the text."""
    if path.is_dir() or (path.exists() and path.read_bytes() != text.encode("utf-8")):
        raise UsageError(
            f"{str(path)!r} is there already and holds something else; name another path, or "
            "remove it."
        )
