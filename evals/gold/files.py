"""Gold files: JSON Lines, one question a line; read with the place of every fault."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from evals.gold.question import GoldQuestion
from rag.errors import UsageError

DEFAULT = Path("data/gold")


@dataclass(frozen=True, slots=True)
class Placed:
    """A question and where it stands."""

    path: Path
    line: int
    question: GoldQuestion

    @property
    def place(self) -> str:
        """`file:line`, as editors open it."""
        return f"{self.path}:{self.line}"


def gold_files(paths: Iterable[Path]) -> list[Path]:
    """Return the `.jsonl` files named or in the folders named; raise UsageError if none."""
    files: list[Path] = []
    for path in paths:
        if path.is_dir():
            files += sorted(path.glob("*.jsonl"))
        elif path.is_file():
            files.append(path)
        else:
            raise UsageError(f"There is no gold file or folder {str(path)!r}.")
    if not files:
        named = ", ".join(repr(str(path)) for path in paths)
        raise UsageError(f"There is no .jsonl file in {named}.")
    return files


def read_gold(paths: Sequence[Path]) -> list[Placed]:
    """Return the questions of these files and folders.

    Raises UsageError naming file and line for a line that is not a question, and for an id
    that stands twice.
    """
    placed: list[Placed] = []
    seen: dict[str, str] = {}
    for path in gold_files(paths):
        for number, line in enumerate(_lines(path), start=1):
            if not line.strip():
                continue
            one = Placed(path, number, _question(line, f"{path}:{number}"))
            before = seen.setdefault(one.question.id, one.place)
            if before != one.place:
                raise UsageError(
                    f"{one.place}: the id {one.question.id!r} stands at {before} already; "
                    "give each question an id of its own."
                )
            placed.append(one)
    return placed


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").split("\n")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 (byte {error.start}); save it as UTF-8.") from error


def _question(line: str, place: str) -> GoldQuestion:
    try:
        return GoldQuestion.model_validate_json(line)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        message = first["msg"].removeprefix("Value error, ")
        raise UsageError(f"{place}: {where and f'{where}: '}{message}.") from error


def in_json(question: GoldQuestion) -> str:
    """Return the line of a question, fields in the order of the format."""
    return json.dumps(question.model_dump(by_alias=True, mode="json"), ensure_ascii=False)


def write_gold(path: Path, questions: Iterable[GoldQuestion]) -> None:
    """Replace a gold file as a whole; it is never left half-written."""
    aside = path.with_name(f".{path.name}.new")
    aside.write_text("".join(f"{in_json(q)}\n" for q in questions), encoding="utf-8")
    aside.replace(path)
