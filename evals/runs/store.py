"""A run on disk: `manifest.json`, `answers.jsonl`, `timings.jsonl`.

Answers are stored raw, apart from what changes from one machine or minute to the next: timings
have a file of their own, and paths are cut to the file's name. Two runs of the same thing are
the same bytes but for the timings.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.case import Place
from evals.runs.manifest import Manifest, in_lines
from rag.errors import UsageError
from rag.reply import Citation, Reply, Timings

MANIFEST = "manifest.json"
ANSWERS = "answers.jsonl"
TIMINGS = "timings.jsonl"


class Found(BaseModel):
    """A retrieved passage, as it is stored."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    article: str
    start: int
    end: int

    @property
    def place(self) -> Place:
        """The same as a place."""
        return Place(self.article, self.start, self.end)


class Answered(BaseModel):
    """The stored answer to one question: a reply, or the error that took its place."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    reply: Reply | None
    retrieved: tuple[Found, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it was read back."""

    folder: Path
    manifest: Manifest
    answers: Mapping[str, Answered]


def portable(reply: Reply) -> Reply:
    """Return the reply without what differs from one machine or minute to the next."""

    def plain(citation: Citation) -> Citation:
        return citation.model_copy(update={"source": Path(citation.source).name})

    return reply.model_copy(
        update={
            "timings_ms": Timings(),
            "library": reply.library.model_copy(update={"revision": ""}),
            "citations": [plain(c) for c in reply.citations],
            "nearest": [plain(c) for c in reply.nearest],
        }
    )


class Writer:
    """Appends answers to a run as they come, so that a killed run goes on where it was."""

    def __init__(self, folder: Path, manifest: Manifest) -> None:
        """Begin the run, or take it up; raises UsageError if the folder holds another run."""
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / MANIFEST
        if path.exists():
            before = read_manifest(folder)
            if before != manifest:
                different = differences(before, manifest)
                raise UsageError(
                    f"{str(folder)!r} holds another run (it differs in {', '.join(different)}); "
                    "name another folder with --out, or remove that one."
                )
        elif any(folder.iterdir()):
            raise UsageError(
                f"{str(folder)!r} holds files that are no run; name an empty folder with --out."
            )
        else:
            _replace(path, in_lines(manifest))
        kept = {row.id: row for row in _complete_rows(folder / ANSWERS) if row.reply is not None}
        self.done = set(kept)
        """The questions that have a reply; one that failed is asked again."""
        times = [{"id": i, **row} for i, row in timings_by_id(folder).items() if i in kept]
        _replace(folder / ANSWERS, "".join(f"{_line(row)}\n" for row in kept.values()))
        _replace(folder / TIMINGS, "".join(f"{json.dumps(row)}\n" for row in times))

    def put(self, answered: Answered, timings: Mapping[str, float]) -> None:
        """Store one answer: on disk when this returns."""
        with (self._folder / TIMINGS).open("a", encoding="utf-8") as file:
            file.write(json.dumps({"id": answered.id, **timings}) + "\n")
        with (self._folder / ANSWERS).open("a", encoding="utf-8") as file:
            file.write(_line(answered) + "\n")
            file.flush()
            os.fsync(file.fileno())
        self.done.add(answered.id)

    def finish(self, order: Sequence[str]) -> None:
        """Put the answers in the order of the questions."""
        rows = {row.id: row for row in _complete_rows(self._folder / ANSWERS)}
        kept = [rows[id_] for id_ in order if id_ in rows]
        _replace(self._folder / ANSWERS, "".join(f"{_line(row)}\n" for row in kept))


def _line(answered: Answered) -> str:
    return json.dumps(answered.model_dump(mode="json"), ensure_ascii=False)


def _replace(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(text, encoding="utf-8")
    aside.replace(path)


def _complete_rows(path: Path) -> list[Answered]:
    """Return the rows of a file; a last line that a kill cut off is left out."""
    if not path.exists():
        return []
    lines = path.read_text(encoding="utf-8").split("\n")
    rows = []
    for number, line in enumerate(lines, start=1):
        if not line:
            continue
        try:
            rows.append(Answered.model_validate_json(line))
        except ValidationError as error:
            if number == len(lines):  # nothing follows it, not even a line feed
                break
            raise UsageError(
                f"{path}:{number} is not a stored answer ({error.errors()[0]['msg']}); "
                "make the run again into another folder."
            ) from error
    return rows


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a run; raises UsageError if the folder holds none."""
    path = folder / MANIFEST
    try:
        return Manifest.model_validate_json(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"{str(folder)!r} holds no run: there is no {MANIFEST}.") from error
    except (ValidationError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not the manifest of a run.") from error


def read_run(folder: Path) -> Run:
    """Return a stored run; raises UsageError if it is not one."""
    manifest = read_manifest(folder)
    rows = _complete_rows(folder / ANSWERS)
    return Run(folder, manifest, {row.id: row for row in rows})


def read_timings(folder: Path) -> list[dict[str, float]]:
    """Return the milliseconds of each stage, a question a row; empty if none were stored."""
    return list(timings_by_id(folder).values())


def timings_by_id(folder: Path) -> dict[str, dict[str, float]]:
    """Return the same by question id, in the order in which they were answered."""
    path = folder / TIMINGS
    if not path.exists():
        return {}
    lines = path.read_text(encoding="utf-8").splitlines()
    rows: Iterable[dict[str, Any]] = (json.loads(line) for line in lines if line.endswith("}"))
    return {row["id"]: {k: v for k, v in row.items() if k != "id"} for row in rows}


def differences(one: Manifest, other: Manifest) -> list[str]:
    """Return the names of what two manifests differ in."""
    a, b = one.model_dump(), other.model_dump()
    named = [name for name in a if a[name] != b[name] and name != "settings"]
    settings = one.settings.keys() | other.settings.keys()
    return named + sorted(n for n in settings if one.settings.get(n) != other.settings.get(n))
