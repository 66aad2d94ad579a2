"""The catalogue's connection, and its failures in words."""

import errno
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

from rag.errors import DiskFull, LibraryDamaged, LibraryError, LibraryReadOnly

FILE = "catalogue.db"


def _is_writable(folder: Path) -> bool:
    """Whether a file can be made in the folder; permissions alone do not tell (root, mounts)."""
    probe = folder / f".writable-{os.getpid()}-{threading.get_ident()}"
    try:
        probe.touch()
        probe.unlink()
    except OSError:
        return False
    return True


def _address(path: Path, *, writable: bool) -> str:
    """Return the URI by which SQLite opens the catalogue.

    In a folder that cannot be written to, the database is opened as immutable, because SQLite
    otherwise makes files beside it even to read; unless there are commits in a log beside it,
    which an immutable database would not see.
    """
    if writable:
        return path.as_uri()
    log = path.with_name(f"{path.name}-wal")
    try:
        logged = log.stat().st_size > 0
    except OSError:
        logged = False
    return f"{path.as_uri()}?{'mode=ro' if logged else 'immutable=1'}"


def connect(folder: Path) -> Engine:
    """Return an engine on the folder's catalogue."""
    writable = _is_writable(folder)
    uri = _address((folder / FILE).absolute(), writable=writable)

    def creator() -> sqlite3.Connection:
        return sqlite3.connect(uri, uri=True, timeout=5, check_same_thread=False)

    engine = create_engine("sqlite://", creator=creator, poolclass=QueuePool, pool_size=4)

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401
        # Transactions are ours: the driver would begin them late and never around a SELECT.
        connection.isolation_level = None
        for pragma in ("busy_timeout=5000", "foreign_keys=ON", "cache_size=-16000"):
            connection.execute(f"PRAGMA {pragma}")
        if writable:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Any) -> None:  # noqa: ANN401
        connection.exec_driver_sql("BEGIN")

    return engine


_SYSTEM: dict[int, type[LibraryError]] = {
    errno.ENOSPC: DiskFull,
    errno.EDQUOT: DiskFull,
    errno.EACCES: LibraryReadOnly,
    errno.EPERM: LibraryReadOnly,
    errno.EROFS: LibraryReadOnly,
}
_SQLITE: dict[int, type[LibraryError]] = {
    sqlite3.SQLITE_FULL: DiskFull,
    sqlite3.SQLITE_READONLY: LibraryReadOnly,
    sqlite3.SQLITE_PERM: LibraryReadOnly,
    sqlite3.SQLITE_CORRUPT: LibraryDamaged,
    sqlite3.SQLITE_NOTADB: LibraryDamaged,
}
_PRIMARY = 0xFF
"""The part of SQLite's extended result codes that names the kind of error."""

LEAST_FREE = 64 * 1024
"""Bytes: with less, a failed write has failed for want of room, whatever else it says."""


def _kind(error: BaseException, folder: Path) -> type[LibraryError]:
    """Tell what went wrong by its code; its words may hold the names of files and tables."""
    if isinstance(error, UnicodeDecodeError):
        return LibraryDamaged
    if isinstance(error, shutil.Error):
        # It stands for several errors, of which it keeps the words alone.
        return DiskFull if os.strerror(errno.ENOSPC) in str(error) else LibraryError
    if isinstance(error, OSError):
        return _SYSTEM.get(error.errno or 0, LibraryError)
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    if code in {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN} and is_full(folder):
        return DiskFull
    if code == sqlite3.SQLITE_ERROR and str(error).startswith("no such table"):
        return LibraryDamaged
    return _SQLITE.get(code, LibraryError)


def is_full(folder: Path, wanted: int = LEAST_FREE) -> bool:
    """Whether the folder's disk has fewer bytes free than are wanted."""
    try:
        return shutil.disk_usage(folder).free < wanted
    except OSError:
        return False


def explain(error: BaseException, folder: Path) -> LibraryError:
    """Turn a database or system error into one sentence."""
    cause = getattr(error, "orig", None) or error
    where, kind = repr(str(folder)), _kind(cause, folder)
    words = " ".join((getattr(cause, "strerror", None) or str(cause)).split()).rstrip(".")
    if kind is DiskFull:
        return DiskFull(
            f"The disk of the library {where} is full. Nothing of the article at hand was kept; "
            "make room, then run the same command again."
        )
    if kind is LibraryReadOnly:
        return LibraryReadOnly(
            f"The library {where} cannot be written to. Check the permissions of the folder."
        )
    if kind is LibraryDamaged:
        return LibraryDamaged(
            f"The catalogue of the library {where} is damaged ({words}). Restore it from a copy, "
            "or move the folder away and add the articles again."
        )
    return LibraryError(
        f"The library {where} could not be used ({words}). What was committed is kept; "
        "look at the folder and its disk, then run the same command again."
    )


@contextmanager
def errors_in_words(folder: Path) -> Iterator[None]:
    """Raise database and disk errors inside as errors of ours."""
    try:
        yield
    except (DatabaseError, sqlite3.Error, OSError, UnicodeDecodeError) as error:
        # Python cannot read what SQLite quotes of a damaged database: that is damage too.
        raise explain(error, folder) from error
