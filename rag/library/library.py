"""The library: everything ingested, the catalogue and the vectors together."""

import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, text

from rag.errors import (
    LibraryDamaged,
    LibraryMismatch,
    LibraryNotFound,
)
from rag.library import catalogue, vectors, writer
from rag.library.database import FILE, connect, errors_in_words
from rag.library.dense import DenseSearch, published
from rag.library.lock import writer_lock
from rag.library.records import Article
from rag.library.rows import Stats
from rag.library.schema import FULL_TEXT, VERSION, metadata
from rag.library.writer import PassageVectors

PUBLISH_SHARE = 50
"""The index is built anew when one part in this many of it would be tail."""


class Library:
    """A folder with a catalogue and its vector index.

    Reading needs no lock and may go on in any number of threads and processes while one writes.
    """

    def __init__(self, folder: Path, *, embedding: str, lock_seconds: float = 3.0) -> None:
        """Open a library that exists; see `open_library`."""
        self.folder = folder
        self.embedding = embedding
        self._lock_seconds = lock_seconds
        self._engine = connect(folder)
        self.dense = DenseSearch(folder)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Give a connection that sees one state of the catalogue until it is given back."""
        with errors_in_words(self.folder), self._engine.begin() as db:
            yield db

    @contextmanager
    def writing(self) -> Iterator["Writer"]:
        """Give the one writer; raises LibraryLocked if another process has it."""
        with writer_lock(self.folder, wait=self._lock_seconds):
            yield Writer(self)

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Give a connection whose changes are kept together or not at all."""
        with errors_in_words(self.folder), self._engine.connect() as db:
            db.exec_driver_sql("ROLLBACK")
            db.exec_driver_sql("BEGIN IMMEDIATE")
            try:
                yield db
            except BaseException:
                db.rollback()
                raise
            db.commit()

    def stats(self) -> Stats:
        """Count articles, paragraphs and passages, and name the state."""
        with self.reading() as db:
            return catalogue.stats(db)

    def checkpoint(self) -> None:
        """Write everything that was committed into the database file, past the power going."""
        with errors_in_words(self.folder), self._engine.connect() as db:
            db.exec_driver_sql("ROLLBACK")
            db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Close the files."""
        self._engine.dispose()


class Writer:
    """Changes to a library, made while the writer's lock is held."""

    def __init__(self, library: Library) -> None:
        """Use `Library.writing`."""
        self._library = library

    def put(
        self, article: Article, stored: Sequence[PassageVectors], *, story: int | None = None
    ) -> int:
        """Commit one article whole and return its version's number."""
        with self._library.transaction() as db:
            number = writer.put_article(db, article, stored)
            found = catalogue.find_article(db, article.key)
            writer.set_story(db, found.article_id, story)
        return number

    def remove(self, article_ids: Sequence[str]) -> None:
        """Take articles out of the search, all of them or none."""
        with self._library.transaction() as db:
            for article_id in article_ids:
                writer.remove_article(db, article_id)

    def restore(self, article_id: str) -> None:
        """Search a removed article again."""
        with self._library.transaction() as db:
            writer.restore_article(db, article_id)

    def publish(self, *, force: bool = False, progress: vectors.Progress | None = None) -> bool:
        """Bring the vector index up to date if enough has changed; return whether it was.

        `force` builds it from nothing. The catalogue is switched to the new generation in one
        transaction: killed before, the old one and its tail answer.
        """
        library = self._library
        with library.reading() as db:
            before = published(db)
            generation = None
            if before is not None and not force:
                numbers, values, dropped = catalogue.changes_since(db, before.through)
                if (len(numbers) + len(dropped)) * PUBLISH_SHARE <= before.count:
                    return False
                through = catalogue.last_passage(db)
                try:
                    generation = vectors.extend(
                        library.folder, before, numbers, values, dropped,
                        through=through, progress=progress,
                    )  # fmt: skip
                except vectors.IndexDamagedError:
                    generation = None
            if generation is None:
                numbers, values = catalogue.vectors(db)
                if not len(numbers) and before is None:
                    return False
                generation = vectors.build(
                    library.folder, numbers, values,
                    through=catalogue.last_passage(db), progress=progress,
                )  # fmt: skip
        with library.transaction() as db:
            writer.put_meta(db, "index", generation.as_json())
            writer.put_meta(db, "restored", [])
            writer.bump_revision(db)
        vectors.sweep(library.folder, [generation.name, *([before.name] if before else [])])
        return True

    def rebuild_full_text(self) -> int:
        """Fill the full-text index again from the passages; return how many it holds."""
        with self._library.transaction() as db:
            return writer.rebuild_full_text(db)


def open_library(
    folder: Path, *, embedding: str, create: bool = False, lock_seconds: float = 3.0
) -> Library:
    """Open the library in a folder, making it first if `create` is set.

    `embedding` is the identity of the embedding model. Raises LibraryNotFound, LibraryMismatch
    (another model, or a newer Dateline), LibraryDamaged, LibraryReadOnly.
    """
    if not (folder / FILE).is_file():
        if not create:
            raise LibraryNotFound(
                f"There is no library in {str(folder)!r}. Make one with: "
                f"dateline --library {folder} add PATH"
            )
        _create(folder, embedding, lock_seconds)
    library = Library(folder, embedding=embedding, lock_seconds=lock_seconds)
    try:
        _check(library)
    except BaseException:
        library.close()
        raise
    return library


def _create(folder: Path, embedding: str, lock_seconds: float) -> None:
    with errors_in_words(folder):
        folder.mkdir(parents=True, exist_ok=True)
    with writer_lock(folder, wait=lock_seconds), errors_in_words(folder):
        if (folder / FILE).is_file():
            return
        # Made under another name, so that a half-made catalogue is never taken for one.
        fresh = folder / f"{FILE}.new"
        fresh.unlink(missing_ok=True)
        _fill(fresh, embedding)
        fresh.rename(folder / FILE)


def _fill(path: Path, embedding: str) -> None:
    from sqlalchemy import create_engine

    engine = create_engine(f"sqlite:///{path}")
    metadata.create_all(engine)
    with engine.begin() as db:
        for statement in FULL_TEXT:
            db.execute(text(statement))
        writer.put_meta(db, "schema", VERSION)
        writer.put_meta(db, "embedding", embedding)
        writer.put_meta(db, "library", uuid.uuid4().hex[:8])
        writer.put_meta(db, "revision", 0)
    engine.dispose()


def _check(library: Library) -> None:
    where = repr(str(library.folder))
    try:
        with library.reading() as db:
            schema = catalogue.get_meta(db, "schema")
            made_with = catalogue.get_meta(db, "embedding")
    except sqlite3.DatabaseError as error:
        raise LibraryDamaged(
            f"The catalogue of the library {where} is damaged: {error}."
        ) from error
    if not isinstance(schema, int) or schema > VERSION:
        raise LibraryMismatch(
            f"The library {where} was made by a newer Dateline (format {schema}, this one knows "
            f"{VERSION}). Update Dateline: pip install --upgrade dateline"
        )
    if made_with != library.embedding:
        raise LibraryMismatch(
            f"The library {where} was made with the embedding model {made_with!r}, not "
            f"{library.embedding!r}. Set the first with --embedding, or embed it again with: "
            f"dateline --library {library.folder} doctor --reembed"
        )
