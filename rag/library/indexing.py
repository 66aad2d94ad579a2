"""Writing a generation of the vector index, aside from the one that is searched."""

import errno
import os
import shutil
import sqlite3
import uuid
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from rag.library.database import is_full
from rag.library.vectors import (
    COLLECTION,
    DATABASE,
    FOLDER,
    Generation,
    IndexDamagedError,
    Progress,
    check_files,
    close_client,
    digests,
    open_client,
)

if TYPE_CHECKING:
    from chromadb.api.client import Client
    from chromadb.api.models.Collection import Collection

BATCH = 5000
"""Rows of one call; Chroma refuses more than 5 461."""

FEWEST = 2
"""Passages of an index; Chroma keeps a single one in memory, and its files change when opened."""

ROW_BYTES = 1024
EMPTY_BYTES = 2**20
"""What Chroma writes besides the vectors: for each, and for none."""


@contextmanager
def _client(folder: Path) -> Iterator["Client"]:
    client = open_client(folder)
    try:
        yield client
    finally:
        close_client(client)


def _upsert(
    collection: "Collection",
    numbers: NDArray[np.int64],
    vectors: NDArray[np.float32],
    progress: Progress | None,
) -> None:
    for first in range(0, len(numbers), BATCH):
        part = slice(first, first + BATCH)
        collection.upsert(ids=[str(n) for n in numbers[part]], embeddings=vectors[part])
        if progress:
            progress(min(first + BATCH, len(numbers)), len(numbers))


def build(
    root: Path,
    numbers: NDArray[np.int64],
    vectors: NDArray[np.float32],
    *,
    through: int,
    progress: Progress | None = None,
) -> Generation:
    """Build a generation from nothing and return it, closed and digested, not yet published.

    `numbers` (n,) and `vectors` (n, dimension) are the active passages. Raises OSError if the
    disk is full, IndexDamagedError if Chroma did not write what it should.
    """
    with _new_folder(root, _size(vectors)) as folder:
        with _client(folder) as client:
            collection = client.create_collection(
                COLLECTION,
                # The lowest threshold writes every vector into the index file at once, so that
                # opening it has nothing to replay.
                configuration={"hnsw": {"space": "ip", "sync_threshold": 2, "batch_size": 2}},
                embedding_function=None,
            )
            _upsert(collection, numbers, vectors, progress)
            count = collection.count()
        if count != len(numbers):
            raise IndexDamagedError(f"{count} of {len(numbers)} passages were written")
        return _finished(folder, through=through, count=count)


def extend(
    root: Path,
    before: Generation,
    numbers: NDArray[np.int64],
    vectors: NDArray[np.float32],
    dropped: Sequence[int],
    *,
    through: int,
    progress: Progress | None = None,
) -> Generation:
    """Copy a generation, add passages, drop others, and return the new one, not yet published.

    Raises what `build` raises, and IndexDamagedError if the generation must not be opened.
    """
    import chromadb

    source = root / FOLDER / before.name
    check_files(source, before)
    if before.chromadb != chromadb.__version__:
        raise IndexDamagedError(f"{before.name} was made by chromadb {before.chromadb}")
    size = sum(path.stat().st_size for path in source.rglob("*") if path.is_file())
    with _new_folder(root, size + _size(vectors)) as folder:
        shutil.copytree(
            source, folder, ignore=shutil.ignore_patterns(f"{DATABASE}*"), dirs_exist_ok=True
        )
        # A reader may have the source open: SQLite's own copy is a whole one.
        with (
            closing(sqlite3.connect(source / DATABASE)) as old,
            closing(sqlite3.connect(folder / DATABASE)) as new,
        ):
            old.backup(new)
        with _client(folder) as client:
            collection = client.get_collection(COLLECTION, embedding_function=None)
            for first in range(0, len(dropped), BATCH):
                collection.delete(ids=[str(n) for n in dropped[first : first + BATCH]])
            _upsert(collection, numbers, vectors, progress)
            count = collection.count()
        return _finished(folder, through=through, count=count)


def _size(vectors: NDArray[np.float32]) -> int:
    """Return about how many bytes an index of the vectors takes while it is built."""
    return 2 * vectors.nbytes + ROW_BYTES * len(vectors) + EMPTY_BYTES


@contextmanager
def _new_folder(root: Path, size: int) -> Iterator[Path]:
    """Give a folder for a generation of `size` bytes; it goes again if that does not succeed.

    Chroma does not tell when the disk is full while it writes its own files, so the room is
    looked at before and after.
    """
    import chromadb

    folder = root / FOLDER / f"g{uuid.uuid4().hex[:12]}"
    if is_full(root, size):
        raise _no_room(folder)
    try:
        folder.mkdir(parents=True)
        yield folder
        if is_full(root):
            raise _no_room(folder)
    except BaseException as error:
        full = is_full(root)
        shutil.rmtree(folder, ignore_errors=True)
        if not isinstance(error, chromadb.errors.ChromaError | RuntimeError | sqlite3.Error):
            raise
        if full:
            raise _no_room(folder) from error
        raise IndexDamagedError(f"{folder.name} could not be written: {error}") from error


def _no_room(folder: Path) -> OSError:
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(folder))


def _finished(folder: Path, *, through: int, count: int) -> Generation:
    import chromadb

    for path in folder.rglob("*"):
        if path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
    return Generation(folder.name, through, count, chromadb.__version__, digests(folder))
