"""The catalogue's connection, and its failures in words."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.pool import QueuePool

from rag.errors import DatelineError, DiskFull, LibraryDamaged, LibraryError, LibraryReadOnly

FILE = "catalogue.db"


def _is_writable(folder: Path) -> bool:
    """Whether a file can be made in the folder; permissions alone do not tell (root, mounts)."""
    probe = folder / f".writable-{os.getpid()}"
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def connect(folder: Path) -> Engine:
    """Return an engine on the folder's catalogue.

    In a folder that cannot be written to, the database is opened as immutable, because SQLite
    otherwise needs to write beside it even to read.
    """
    path = (folder / FILE).absolute()
    immutable = not _is_writable(folder)
    uri = f"{path.as_uri()}?immutable=1" if immutable else path.as_uri()

    def creator() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, timeout=5, check_same_thread=False)

    engine = create_engine("sqlite://", creator=creator, poolclass=QueuePool, pool_size=4)

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401
        # Transactions are ours: the driver would begin them late and never around a SELECT.
        connection.isolation_level = None
        for pragma in ("busy_timeout=5000", "foreign_keys=ON", "cache_size=-16000"):
            connection.execute(f"PRAGMA {pragma}")
        if not immutable:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:  # noqa: ANN401
        connection.exec_driver_sql("BEGIN")

    return engine


def explain(error: BaseException, folder: Path) -> DatelineError:
    """Turn a database or system error into one sentence."""
    text = str(getattr(error, "orig", None) or error).lower()
    where = repr(str(folder))
    if "full" in text or "no space" in text or "quota" in text:
        return DiskFull(
            f"The disk of the library {where} is full. Nothing of the article at hand was kept; "
            "make room, then run the same command again."
        )
    if "readonly" in text or "read-only" in text or "permission" in text:
        return LibraryReadOnly(
            f"The library {where} cannot be written to. Check the permissions of the folder."
        )
    if "malformed" in text or "not a database" in text or "corrupt" in text:
        return LibraryDamaged(
            f"The catalogue of the library {where} is damaged ({text}). Restore it from a copy, "
            "or move the folder away and add the articles again."
        )
    return LibraryError(f"The library {where} could not be used: {text}.")


@contextmanager
def errors_in_words(folder: Path) -> Iterator[None]:
    """Raise database and disk errors inside as errors of ours."""
    try:
        yield
    except (OperationalError, DatabaseError, sqlite3.Error, OSError) as error:
        raise explain(error, folder) from error
