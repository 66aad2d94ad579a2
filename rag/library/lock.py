"""One writer at a time: a lock that the system lets go of when its process dies."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import LibraryLocked
from rag.library.database import explain

LOCK = "writer.lock"
OWNER = "writer.pid"


def _owner(folder: Path) -> str:
    try:
        return f" (process {int((folder / OWNER).read_text())})"
    except (OSError, ValueError):
        return ""


@contextmanager
def writer_lock(folder: Path, *, wait: float) -> Iterator[None]:
    """Hold the library's only writer lock; raise LibraryLocked after `wait` seconds."""
    lock = FileLock(folder / LOCK)
    try:
        lock.acquire(timeout=wait)
    except Timeout as error:
        raise LibraryLocked(
            f"Another process{_owner(folder)} is writing to the library {str(folder)!r}. "
            "Wait until it is done, then run the same command again."
        ) from error
    except OSError as error:
        raise explain(error, folder) from error
    try:
        # The number only makes a refusal easier to understand: a full disk may do without.
        with suppress(OSError):
            (folder / OWNER).write_text(str(os.getpid()))
        yield
    finally:
        lock.release()
