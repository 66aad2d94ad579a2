"""The file of draft gold questions that readers' words made.

Nothing goes from it into the gold set but by a person's hand.
"""

import errno
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.gold.articles import Record
from evals.gold.files import DEFAULT, Placed, in_json, read_gold
from evals.gold.lint import lint
from evals.gold.question import GoldQuestion
from rag.errors import DiskFull, LibraryReadOnly, UsageError
from ui.drafting import draft_id, draft_of
from ui.store.records import Exchange, Feedback

FILE = Path(".evals/drafts/drafts.jsonl")
"""Where drafts go, relative to where the server runs."""

_UNFINISHED = {"evidence", "nugget", "answer"}
"""Rules of the linter that a draft may break: what is missing is for a person to write."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands in the file: `notes` say what is left to do, `new` if it is just made.

    `line` is the JSON of the question, `path` the file that holds it.
    """

    question: GoldQuestion
    line: str
    path: Path
    notes: tuple[str, ...] = ()
    new: bool = True


class Drafts:
    """The file of drafts of one server; used from any number of threads."""

    def __init__(self, path: Path = FILE) -> None:
        """Name the file; nothing is made before the first draft."""
        self.path = path
        self._lock = threading.Lock()

    def ids(self) -> frozenset[str]:
        """Return the ids of the drafts there are; raises UsageError for a file that is broken."""
        return frozenset(placed.question.id for placed in self._placed())

    def make(self, exchange: Exchange, said: Sequence[Feedback], record: Record) -> Draft:
        """Append a draft of the question that was answered; one that was made before is returned.

        All that readers `said` of the answer counts: it makes one draft, however often it is
        asked for. Raises UsageError where the question is a gold question or a draft already or
        makes no gold question, DiskFull or LibraryReadOnly where it cannot be kept.
        """
        question, notes = draft_of(exchange, said, record)
        with self._lock:
            drafts = self._placed()
            before = next((p for p in drafts if p.question.id == draft_id(exchange)), None)
            if before is not None:
                question = before.question
                left = (*notes, *_left(before, record))
                return Draft(question, in_json(question), self.path, left, new=False)
            placed = Placed(self.path, len(drafts) + 1, question)
            _refuse_doubles(placed, [*_gold(), *drafts], record)
            line = in_json(question)
            self._append(line)
            return Draft(question, line, self.path, (*notes, *_left(placed, record)))

    def _placed(self) -> list[Placed]:
        return read_gold([self.path]) if self.path.exists() else []

    def _append(self, line: str) -> None:
        """Put a line on disk: it is there when this returns, and not in part if it fails."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with self.path.open("a+b", buffering=0) as file:
                end = file.seek(0, os.SEEK_END)
                data = _line_feed_lacking(file.fileno(), end) + f"{line}\n".encode()
                try:
                    if file.write(data) != len(data):
                        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                    os.fsync(file.fileno())
                except OSError:
                    file.truncate(end)
                    raise
        except OSError as error:
            full = error.errno in (errno.ENOSPC, errno.EDQUOT)
            raise (DiskFull if full else LibraryReadOnly)(
                f"The draft cannot be kept in {str(self.path)!r} ({error.strerror}); "
                "make room or mend the folder, and ask for it again."
            ) from error


def _line_feed_lacking(descriptor: int, end: int) -> bytes:
    """Return a line feed where the file ends without one, as after an edit by hand."""
    return b"\n" if end and os.pread(descriptor, 1, end - 1) != b"\n" else b""


def _gold() -> list[Placed]:
    return read_gold([DEFAULT]) if any(DEFAULT.glob("*.jsonl")) else []


def _refuse_doubles(placed: Placed, others: Sequence[Placed], record: Record) -> None:
    """Raise UsageError for any fault that a person's finishing would not mend."""
    question = placed.question
    near = [
        other
        for other in others
        if other.question.family == question.family
        or other.question.question.casefold() == question.question.casefold()
    ]
    for fault in lint([*near, placed], record):
        if fault.placed is placed and fault.rule not in _UNFINISHED:
            raise UsageError(f"No draft was made: {fault.message}.")


def _left(placed: Placed, record: Record) -> tuple[str, ...]:
    """Return what the linter finds missing, a sentence each."""
    said = dict.fromkeys(fault.message for fault in lint([placed], record))
    return tuple(f"{message[0].upper()}{message[1:]}." for message in said)
