"""The store's file: its connections, and its failures in words."""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import QueuePool

from rag.errors import (
    DiskFull,
    LibraryDamaged,
    LibraryError,
    LibraryLocked,
    LibraryMismatch,
    LibraryReadOnly,
)
from rag.library import database
from ui.store.schema import FULL_TEXT, VERSION, metadata

BUSY_SECONDS = 5.0
"""How long a write waits for one of another process."""

_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_SIGNS_OF_DAMAGE = ("Could not decode to UTF-8", "vtable constructor failed", "no such column")


class Database:
    """An SQLite file, read and written from any number of threads.

    A write waits for those of other threads, a read for nobody.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, making it if there is none; raises LibraryError."""
        self._path = path
        self._one_writer = threading.Lock()
        self._engine = _connect(path)
        self._writing_engine = self._engine.execution_options(writes=True)
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the file until it is given back."""
        with _errors_in_words(self._path), self._engine.begin() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Give a connection whose changes are kept together or not at all."""
        with _errors_in_words(self._path), self._one_writer, self._writing_engine.begin() as db:
            yield db

    def close(self) -> None:
        """Close the file."""
        self._engine.dispose()

    def _prepare(self) -> None:
        with _errors_in_words(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._path.touch(mode=0o600)  # what readers asked is nobody else's
            with self._engine.connect() as db:
                db.exec_driver_sql("ROLLBACK")
                db.exec_driver_sql("PRAGMA journal_mode=WAL")
        with self.writing() as db:
            version = db.exec_driver_sql("PRAGMA user_version").scalar_one()
            if version > VERSION:
                raise LibraryMismatch(
                    f"The conversations in {str(self._path)!r} were kept by a newer Dateline "
                    f"(format {version}, this one knows {VERSION}). Update Dateline: "
                    "pip install --upgrade dateline"
                )
            if version < VERSION:
                _make_tables(db)


def _make_tables(db: Connection) -> None:
    metadata.create_all(db, checkfirst=False)
    for statement in FULL_TEXT:
        db.exec_driver_sql(statement)
    db.exec_driver_sql(f"PRAGMA user_version={VERSION}")


def _connect(path: Path) -> Engine:
    def creator() -> sqlite3.Connection:
        return sqlite3.connect(path, timeout=BUSY_SECONDS, check_same_thread=False)

    # Threads beyond the pool get a connection of their own rather than wait for one.
    engine = create_engine(
        "sqlite://", creator=creator, poolclass=QueuePool, pool_size=8, max_overflow=-1
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: sqlite3.Connection, _record: Any) -> None:  # noqa: ANN401
        # Transactions are ours: the driver would begin them late and never around a SELECT.
        connection.isolation_level = None
        connection.execute("PRAGMA foreign_keys=ON")
        # What was acknowledged outlives a power cut, not only a killed process.
        connection.execute("PRAGMA synchronous=FULL")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


@contextmanager
def _errors_in_words(path: Path) -> Iterator[None]:
    try:
        yield
    except (DatabaseError, sqlite3.Error, OSError, UnicodeDecodeError) as error:
        # Python cannot read what SQLite quotes of a damaged database: that is damage too.
        raise _explain(error, path) from error


def _kind(error: BaseException, cause: BaseException, folder: Path) -> type[LibraryError]:
    if getattr(cause, "sqlite_errorcode", 0) & 0xFF in _LOCKED:
        return LibraryLocked
    if isinstance(cause, sqlite3.Error) and str(cause).startswith(_SIGNS_OF_DAMAGE):
        return LibraryDamaged
    return type(database.explain(error, folder))


def _explain(error: BaseException, path: Path) -> LibraryError:
    """Turn a database or system error into one sentence."""
    cause = getattr(error, "orig", None) or error
    kind = _kind(error, cause, path.parent)
    words = " ".join((getattr(cause, "strerror", None) or str(cause)).split()).rstrip(".")
    where = f"The file of conversations {str(path)!r}"
    said = {
        DiskFull: "cannot grow: its disk is full. Nothing of this change was kept; make room, "
        "then do it again.",
        LibraryReadOnly: "cannot be written to. Check its permissions and those of its folder.",
        LibraryLocked: "is being written to by another process. Try again in a moment.",
        LibraryDamaged: f"is damaged ({words}). Stop the server, move the file away with those "
        "beside it that end in -wal and -shm, and start it again: a new one is made. The "
        "articles are not in it.",
    }
    other = f"could not be used ({words}). What was kept before is kept; look at the disk."
    return kind(f"{where} {said.get(kind, other)}")
