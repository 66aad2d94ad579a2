"""The library: everything ingested, the catalogue and the vectors together."""

import logging
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, text

from rag.errors import (
    DiskFull,
    LibraryDamaged,
    LibraryError,
    LibraryLocked,
    LibraryMismatch,
    LibraryNotFound,
)
from rag.library import catalogue, indexing, vectors, writer
from rag.library.database import FILE, connect, errors_in_words, explain
from rag.library.dense import DenseSearch, canaries, published
from rag.library.lock import writer_lock
from rag.library.records import Article
from rag.library.rows import Stats
from rag.library.schema import FULL_TEXT, VERSION, metadata
from rag.library.writer import PassageVectors
from rag.models.embedder import name_of

log = logging.getLogger(__name__)

PUBLISH_SHARE = 50
"""The index is brought up to date when one part in this many of it has changed."""

HEAL_UP_TO = 50_000
"""Passages up to which a damaged index is built again while a question waits."""


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
        self._unhealed: str | None = None

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

    def require_model(self, db: Connection) -> None:
        """Raise LibraryMismatch unless the vectors were made with this embedding model.

        Asked for every question too: another process may have embedded the library again.
        """
        made_with = catalogue.get_meta(db, "embedding")
        if made_with != self.embedding:
            raise LibraryMismatch(
                f"The library {str(self.folder)!r} was made with the embedding model "
                f"{made_with!r}, not {self.embedding!r}. Name that one with "
                f"--embedding {name_of(str(made_with))}, or embed the library again with: "
                f"dateline --library {self.folder} doctor --reembed"
            )

    def checkpoint(self) -> None:
        """Write everything that was committed into the database file, past the power going."""
        with errors_in_words(self.folder), self._engine.connect() as db:
            db.exec_driver_sql("ROLLBACK")
            db.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")

    def heal(self) -> bool:
        """Build a damaged vector index again from the stored vectors; return whether it was.

        Left alone, and searched without, while another process writes, where nothing can be
        written, or if it is large: the search is exact then, only slower.
        """
        with self.reading() as db:
            self.dense.refresh(db)
            damage, count = self.dense.damage, catalogue.passage_count(db)
        if damage is None or damage == self._unhealed or count > HEAL_UP_TO:
            return False
        try:
            with writer_lock(self.folder, wait=0):
                return self._rebuilt()
        except LibraryLocked:
            return False
        except LibraryError as error:
            log.warning("the vector index could not be built again: %s", error)
            self._unhealed = damage
            return False

    def _rebuilt(self) -> bool:
        with self.reading() as db:
            self.dense.refresh(db)
        if self.dense.damage is not None:
            Writer(self).publish(force=True)
            log.info("the vector index was damaged and has been built again")
        return True

    def close(self) -> None:
        """Close the files."""
        self.dense.close()
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

        `force` builds it from nothing; with fewer passages than it can hold there is none. The
        catalogue is switched to the new generation in one transaction: killed before, the old one
        and its tail answer. Raises LibraryError if it cannot be written; the articles stay.
        """
        library = self._library
        with library.reading() as db:
            before = published(db)
            if not force and not _is_stale(db, before):
                return False
            try:
                after = self._indexed(db, None if force else before, progress)
            except (OSError, vectors.IndexDamagedError) as error:
                raise _not_indexed(error, library.folder) from error
        if before is None and after is None:
            return False
        with library.transaction() as db:
            writer.put_meta(db, "index", after.as_json() if after else None)
            writer.put_meta(db, "restored", [])
            writer.bump_revision(db)
        vectors.sweep(library.folder, [each.name for each in (before, after) if each])
        return True

    def _indexed(
        self,
        db: Connection,
        before: vectors.Generation | None,
        progress: vectors.Progress | None,
    ) -> vectors.Generation | None:
        """Return a new generation: `before` with what has changed, or one built from nothing."""
        if catalogue.passage_count(db) < indexing.FEWEST:
            return None
        generation = self._extended(db, before, progress) if before else None
        if generation is None:
            numbers, values = catalogue.vectors(db)
            through = catalogue.last_passage(db)
            generation = indexing.build(
                self._library.folder, numbers, values, through=through, progress=progress
            )
        # What Chroma wrote is believed when it has been read.
        vectors.OpenGeneration(self._library.folder, generation, canaries(db, generation))
        return generation

    def _extended(
        self, db: Connection, before: vectors.Generation, progress: vectors.Progress | None
    ) -> vectors.Generation | None:
        numbers, values, dropped = catalogue.changes_since(db, before.through)
        try:
            return indexing.extend(
                self._library.folder, before, numbers, values, dropped,
                through=catalogue.last_passage(db), progress=progress,
            )  # fmt: skip
        except vectors.IndexDamagedError as error:
            log.warning("the vector index is built from nothing (%s)", error)
            return None

    def rebuild_full_text(self) -> int:
        """Fill the full-text index again from the passages; return how many it holds."""
        with self._library.transaction() as db:
            return writer.rebuild_full_text(db)


def _is_stale(db: Connection, before: vectors.Generation | None) -> bool:
    if before is None:
        return catalogue.passage_count(db) >= indexing.FEWEST
    changed = catalogue.count_changes(db, before.through, before.count)
    return changed * PUBLISH_SHARE > before.count


def _not_indexed(error: Exception, folder: Path) -> LibraryError:
    if isinstance(error, OSError):
        kind, words = type(explain(error, folder)), error.strerror
    else:
        kind, words = LibraryError, str(error)
    wanted = "Make room, then run" if kind is DiskFull else "Run"
    return kind(
        f"The vector index of the library {str(folder)!r} could not be written ({words}); the "
        f"articles are kept, and searched without it. {wanted}: "
        f"dateline --library {folder} doctor --repair"
    )


def open_library(
    folder: Path, *, embedding: str, create: bool = False, lock_seconds: float = 3.0
) -> Library:
    """Open the library in a folder, making it first if `create` is set.

    `embedding` is the identity of the embedding model. Raises LibraryNotFound, LibraryMismatch
    (another model, or a newer Dateline), LibraryDamaged, LibraryReadOnly.
    """
    with errors_in_words(folder):
        exists = (folder / FILE).is_file()
    if not exists:
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
    engine = create_engine(URL.create("sqlite", database=str(path)))
    try:
        metadata.create_all(engine)
        with engine.begin() as db:
            for statement in FULL_TEXT:
                db.execute(text(statement))
            writer.put_meta(db, "schema", VERSION)
            writer.put_meta(db, "embedding", embedding)
            writer.put_meta(db, "library", uuid.uuid4().hex[:8])
            writer.put_meta(db, "revision", 0)
    finally:
        engine.dispose()


def _check(library: Library) -> None:
    where = repr(str(library.folder))
    try:
        with library.reading() as db:
            schema = catalogue.get_meta(db, "schema")
            made_with = catalogue.get_meta(db, "embedding")
    except ValueError:
        schema = made_with = None
    if not isinstance(schema, int) or not isinstance(made_with, str):
        raise LibraryDamaged(
            f"The catalogue of the library {where} does not say what it holds. Restore it from a "
            "copy, or move the folder away and add the articles again."
        )
    if schema > VERSION:
        raise LibraryMismatch(
            f"The library {where} was made by a newer Dateline (format {schema}, this one knows "
            f"{VERSION}). Update Dateline: pip install --upgrade dateline"
        )
    with library.reading() as db:
        library.require_model(db)
