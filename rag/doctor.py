"""Examine an installation and a library, and mend what can be mended without the articles.

The catalogue is the truth: the full text and the vector index are made from it again. What is
wrong in the catalogue itself is told, never guessed.
"""

import platform
import shutil
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection, text

from rag.errors import LibraryDamaged, LibraryError, LibraryLocked, ModelError
from rag.library import catalogue, indexing, integrity, vectors, writer
from rag.library.database import FILE
from rag.library.dense import published
from rag.library.identity import REEMBEDDING, embedding_of
from rag.library.library import Library, open_library
from rag.library.lock import writer_lock
from rag.library.schema import FULL_TEXT
from rag.models.load import identity_of
from rag.models.registry import embedding_card, locate
from rag.reader.load import REMEDY, reader_file
from rag.settings import Settings

State = Literal["ok", "warn", "bad"]

PACKAGES = (
    "chromadb", "langchain-core", "numpy", "onnxruntime", "pydantic", "SQLAlchemy",
    "tokenizers",
)  # fmt: skip

LOW_BYTES = 500 * 2**20
REPAIR = "dateline doctor --repair"
REEMBED = "dateline doctor --reembed"
RESTORE = "Restore the library from a copy, or move its folder away and add the articles again."


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `remedy` says what to do unless it is well."""

    name: str
    state: State
    detail: str
    remedy: str | None = None


def examine(settings: Settings, origins: Mapping[str, str]) -> list[Check]:
    """Look at everything, changing nothing."""
    checks = [
        _settings(settings, origins), _versions(), _model(settings), _reader(settings),
        _disk(settings),
    ]  # fmt: skip
    if not (settings.library / FILE).is_file():
        told = f"there is no library in {str(settings.library)!r}"
        return [*checks, Check("library", "warn", told, "dateline add PATH makes one.")]
    return [*checks, *_library(settings)]


def is_healthy(checks: Iterable[Check]) -> bool:
    """Whether nothing is broken; warnings do not count."""
    return all(check.state != "bad" for check in checks)


def _settings(settings: Settings, origins: Mapping[str, str]) -> Check:
    values = settings.public()
    told = [f"{n} = {values[n]} ({o})" for n, o in origins.items() if o != "default"]
    return Check("settings", "ok", "; ".join(told) or "all at their defaults")


def _versions() -> Check:
    found = [f"Python {platform.python_version()}", f"SQLite {sqlite3.sqlite_version}"]
    lacking = []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            lacking.append(name)
    detail = ", ".join(found)
    if not lacking:
        return Check("versions", "ok", detail)
    told = f"{detail}; not installed: {', '.join(lacking)}"
    return Check("versions", "bad", told, f"pip install {' '.join(lacking)}")


def _model(settings: Settings) -> Check:
    card = embedding_card(settings.embedding)
    if card is None:
        told = f"{settings.embedding!r} is not in the registry, so it has no digest to check"
        return Check("model", "ok", told)
    from rag.models.onnx import export_folder, is_whole

    fast = export_folder(card, settings.cache)
    ready = is_whole(fast, card)
    try:
        locate(card)
    except ModelError as error:
        if not ready:
            return Check("model", "bad", str(error), "See: dateline models list")
    told = f"{card.name}, its digests as they should be"
    if not ready:
        state = "is damaged and" if fast.exists() else "is not made yet and"
        told += f"; its fast form {state} will be made at the next use"
    return Check("model", "ok", told)


def _reader(settings: Settings) -> Check:
    if not settings.reader:
        return Check("reader", "ok", "switched off by the setting 'reader'")
    try:
        file = reader_file()
    except ModelError as error:
        return Check("reader", "bad", str(error), REMEDY)
    told = "none is known to the registry" if file is None else "its digest as it should be"
    return Check("reader", "ok", told)


def _disk(settings: Settings) -> Check:
    place = settings.library
    while not place.exists() and place != place.parent:
        place = place.parent
    free = shutil.disk_usage(place).free
    index = settings.library / vectors.FOLDER
    # The index is built anew beside the old one.
    wanted = LOW_BYTES + sum(f.stat().st_size for f in index.rglob("*") if f.is_file())
    detail = f"{free // 2**20} MiB free"
    if free < wanted:
        return Check("disk", "warn", detail, f"Make room: {wanted // 2**20} MiB are wise to have.")
    return Check("disk", "ok", detail)


def _library(settings: Settings) -> Iterator[Check]:
    folder = settings.library
    try:
        made_with = embedding_of(folder)
        library = open_library(folder, embedding=made_with, lock_seconds=settings.lock_seconds)
    except LibraryError as error:
        yield Check("library", "bad", str(error), RESTORE)
        return
    try:
        yield _identity(settings, made_with)
        yield from _catalogue(library)
        yield _index(library)
        yield _leftovers(library)
    finally:
        library.close()


def _identity(settings: Settings, made_with: str) -> Check:
    wanted = identity_of(settings)
    if wanted == made_with:
        return Check("embedding", "ok", made_with)
    told = f"the library was made with {made_with!r}, the settings name {wanted!r}"
    return Check("embedding", "bad", told, "dateline doctor --reembed, or --embedding NAME")


def _catalogue(library: Library) -> Iterator[Check]:
    try:
        stats = library.stats()
        told = (
            f"{stats.articles} articles, {stats.paragraphs} paragraphs, {stats.passages} passages"
        )
    except LibraryError as error:
        told = str(error)
    parts: tuple[tuple[str, Callable[[Connection], list[str]], str], ...] = (
        ("catalogue", integrity.database_faults, RESTORE),
        ("texts", integrity.text_faults, RESTORE),
        ("stored vectors", integrity.vector_faults, REEMBED),
        ("full text", _full_text_faults(library), REPAIR),
    )
    for name, look, remedy in parts:
        try:
            with library.reading() as db:
                faults = look(db)
        except LibraryError as error:
            faults = [str(error)]
        if faults:
            yield Check(name, "bad", "; ".join(faults), remedy)
        else:
            yield Check(name, "ok", told if name == "catalogue" else "as it should be")


def _full_text_faults(library: Library) -> Callable[[Connection], list[str]]:
    def look(db: Connection) -> list[str]:
        faults = integrity.full_text_faults(db)
        try:
            with library.transaction() as own:
                integrity.check_full_text(own)
        except LibraryDamaged:
            faults.append("its index does not agree with its content")
        except LibraryError:
            pass  # the check counts as writing: not in a read-only folder, nor while one writes
        return faults

    return look


def _index(library: Library) -> Check:
    try:
        with library.reading() as db:
            generation = published(db)
            active = catalogue.passage_count(db)
            if generation is None:
                return _without_index(active)
            folder = library.folder / vectors.FOLDER / generation.name
            # Digests first; then a child opens it, because a crash cannot be caught; then we do.
            vectors.check_files(folder, generation)
            vectors.probe(folder)
            library.dense.refresh(db)
    except vectors.IndexDamagedError as error:
        return Check("vector index", "bad", f"{error}; searches do without it", REPAIR)
    except ValueError as error:
        told = f"it cannot be compared with the stored vectors ({error})"
        return Check("vector index", "bad", told, REEMBED)
    except LibraryError as error:
        return Check("vector index", "bad", str(error), RESTORE)
    if damage := library.dense.damage:
        return Check("vector index", "bad", f"{damage}; searches do without it", REPAIR)
    told = f"{generation.count} passages, chromadb {generation.chromadb}"
    return Check("vector index", "ok", told)


def _without_index(active: int) -> Check:
    if active < indexing.FEWEST:
        return Check("vector index", "ok", f"{active} passages need none")
    told = f"there is none yet; {active} passages are compared one by one, which is slower"
    return Check("vector index", "warn", told, REPAIR)


def leftovers(library: Library) -> list[Path]:
    """Return what an interrupted command left behind: index generations beyond the last two.

    The one before the published is kept on purpose, for those who have it open.
    """
    with library.reading() as db:
        generation = published(db)
    current = generation.name if generation else None
    found = [p for p in (library.folder / vectors.FOLDER).glob("*") if p.name != current]
    found.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    unpublished = found[1:] if current else found
    half_made = [library.folder / f"{FILE}.new"]
    return unpublished + [path for path in half_made if path.exists()]


def _leftovers(library: Library) -> Check:
    if (library.folder / REEMBEDDING).exists():
        told = "a re-embedding was interrupted; until it is finished, the old model answers"
        return Check("leftovers", "warn", told, "dateline doctor --reembed goes on with it.")
    try:
        found = leftovers(library)
        if not found:
            return Check("leftovers", "ok", "none")
        with writer_lock(library.folder, wait=0):
            names = ", ".join(path.name for path in found)
    except LibraryLocked:
        return Check("leftovers", "ok", "another process is writing")
    except LibraryError as error:
        return Check("leftovers", "warn", str(error))
    return Check("leftovers", "warn", f"unfinished: {names}", REPAIR)


@contextmanager
def _opened(settings: Settings) -> Iterator[Library]:
    library = open_library(
        settings.library,
        embedding=embedding_of(settings.library),
        lock_seconds=settings.lock_seconds,
    )
    try:
        yield library
    finally:
        library.close()


def repair(settings: Settings, progress: vectors.Progress | None = None) -> None:
    """Make the full text and the vector index again, and remove leftovers.

    Held under the writer's lock; raises LibraryLocked if another process writes. Killed at any
    moment, what was there before still answers, and the same command goes on.
    """
    with _opened(settings) as library, library.writing() as changes:
        with library.transaction() as db:
            _renew_full_text(db)
        changes.publish(force=True, progress=progress)
        with library.reading() as db:
            generation = published(db)
        vectors.sweep(library.folder, [generation.name] if generation else [])
        (library.folder / f"{FILE}.new").unlink(missing_ok=True)
        library.checkpoint()


def _renew_full_text(db: Connection) -> None:
    # Its tables may be damaged, so much that they cannot even be dropped: FTS5 must open a table
    # to drop it. Then its name is taken out of the schema, and what lay behind it after that.
    db.exec_driver_sql("PRAGMA writable_schema = ON")
    db.execute(text("DELETE FROM sqlite_master WHERE name IN ('full_text', 'term_counts')"))
    db.exec_driver_sql("PRAGMA writable_schema = RESET")
    for part in ("data", "idx", "content", "docsize", "config"):
        db.execute(text(f"DROP TABLE IF EXISTS full_text_{part}"))
    for statement in FULL_TEXT:
        db.execute(text(statement))
    db.exec_driver_sql("REINDEX")
    writer.rebuild_full_text(db)
    writer.bump_revision(db)
