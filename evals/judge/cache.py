"""Votes that were cast before: a line each, by the digest of all that they depend on."""

import hashlib
import json
import logging
import os
import threading
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.judge.item import Item
from evals.judge.prompt import RUBRIC, VERSION, prompt_for
from evals.judge.verdict import Verdict
from rag.errors import UsageError

FOLDER = Path(".evals/judge")
"""Where votes, and how steady each judge is, are kept."""

VOTES = "votes.jsonl"

_log = logging.getLogger(__name__)


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    vote: Verdict


def vote_key(model: str, item: Item, vote: int) -> str:
    """Return the digest of model, prompt version, rubric, content and number of a vote."""
    parts = [model, VERSION, RUBRIC, prompt_for(item).human, vote]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


class VoteCache:
    """The votes in a file, which several threads may add to.

    A vote is one line in one write, and on disk when `put` returns. A line that is no vote, such
    as the last one after a kill, is left out with a warning and does not spoil the next. Raises
    UsageError if the file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        """Read the votes that are there."""
        self._path, self._lock = path, threading.Lock()
        try:
            stored = path.read_bytes() if path.exists() else b""
        except OSError as error:
            raise self._unusable(error) from error
        self._votes = self._read(stored)

    def __len__(self) -> int:
        """Count the votes."""
        return len(self._votes)

    def get(self, key: str) -> Verdict | None:
        """Return the vote of a key."""
        return self._votes.get(key)

    def put(self, key: str, vote: Verdict) -> None:
        """Keep a vote."""
        line = json.dumps({"key": key, "vote": vote.model_dump()}).encode() + b"\n"
        with self._lock:
            try:
                self._append(line)
            except OSError as error:
                raise self._unusable(error) from error
            self._votes[key] = vote

    def _append(self, line: bytes) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT
        descriptor = os.open(self._path, flags, 0o600)
        with os.fdopen(descriptor, "r+b", buffering=0) as file:
            size = file.seek(0, os.SEEK_END)
            if size:
                file.seek(size - 1)
                if file.read(1) != b"\n":  # a kill cut the last line off
                    line = b"\n" + line
            file.write(line)
            os.fsync(file.fileno())

    def _read(self, stored: bytes) -> dict[str, Verdict]:
        votes = {}
        for number, line in enumerate(stored.split(b"\n"), start=1):
            if not line:
                continue
            try:
                found = _Line.model_validate_json(line)
            except ValidationError:
                _log.warning("%s:%d is no stored vote and is left out.", self._path, number)
            else:
                votes[found.key] = found.vote
        return votes

    def _unusable(self, error: OSError) -> UsageError:
        return UsageError(
            f"The judge's votes cannot be kept in {str(self._path)!r} ({error.strerror}); make "
            "room for them there."
        )
