"""The vector index: Chroma, in generations that are never changed once they are published.

Chroma's own files do not survive every kill, and a damaged one may crash the process or, worse,
answer less than it should (measured; chromadb 1.5). So a generation is built aside from the
vectors in the catalogue, closed, and its files' digests recorded; readers open only a generation
whose digests agree. What was added since it was built, the tail, is searched exactly, from the
catalogue. A generation that does not agree is not opened at all: without it everything is tail,
which is slower and right.
"""

import hashlib
import logging
import shutil
import sqlite3
import subprocess
import sys
import threading
import weakref
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from rag.models.registry import sha256_of

if TYPE_CHECKING:
    from chromadb.api.client import Client

log = logging.getLogger(__name__)

FOLDER = "chroma"
COLLECTION = "passages"
DATABASE = "chroma.sqlite3"
CANARIES = 16
CANARY_COSINE = 0.999
PROBE_SECONDS = 120

ROWS = (
    "SELECT id, embedding_id, seq_id, segment_id FROM embeddings ORDER BY id",
    "SELECT id, name, dimension, database_id, config_json_str, schema_str FROM collections",
    "SELECT id, name, tenant_id FROM databases ORDER BY id",
    "SELECT id, type, scope, collection FROM segments ORDER BY id",
    "SELECT segment_id, seq_id FROM max_seq_id ORDER BY segment_id",
    "SELECT seq_id, operation, topic, id, vector FROM embeddings_queue ORDER BY seq_id",
)
"""What a search rests on in Chroma's SQLite."""

Progress = Callable[[int, int], None]
"""Called with (passages done, passages in all)."""


class IndexDamagedError(Exception):
    """The generation on disk is not the one that was published; the text says how."""


@dataclass(frozen=True, slots=True)
class Generation:
    """A published index: `files` maps a path inside its folder to the SHA-256 of the file.

    It holds the active passages up to number `through`.
    """

    name: str
    through: int
    count: int
    chromadb: str
    files: dict[str, str]

    def as_json(self) -> dict[str, object]:
        """Return it as the catalogue stores it."""
        return asdict(self)


_clients = threading.RLock()
"""Held to open and to close: Chroma shares what is open between threads without a lock of its own.

Reentrant, because closing may come from the collection of garbage while another is opened.
"""


def open_client(folder: Path) -> "Client":
    """Open Chroma embedded in a folder, without telemetry."""
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    with _clients:
        return cast("Client", chromadb.PersistentClient(str(folder), settings=settings))


def close_client(client: "Client") -> None:
    """Let go of a client's files, unless another has the same folder open."""
    with _clients:
        client.close()


def digests(folder: Path) -> dict[str, str]:
    """Digest every file below the folder; of Chroma's SQLite, which notes each opening, its rows.

    Raises IndexDamagedError if those cannot be read.
    """
    if not (folder / DATABASE).is_file():
        raise IndexDamagedError(f"{folder.name} has no {DATABASE}")
    files = {
        str(path.relative_to(folder)): sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(DATABASE)
    }
    return files | {DATABASE: _digest_of_rows(folder / DATABASE)}


def _digest_of_rows(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as db:
            answer = db.execute("PRAGMA integrity_check(1)").fetchone()
            if answer != ("ok",):
                raise IndexDamagedError(f"{DATABASE}: {answer[0]}")
            for query in ROWS:
                for row in db.execute(query):
                    digest.update(repr(row).encode("utf-8", "surrogatepass"))
    except (sqlite3.Error, UnicodeDecodeError) as error:
        # SQLite quotes a damaged name in its message, which then is no text that Python reads.
        raise IndexDamagedError(f"{DATABASE}: {error}") from error
    return digest.hexdigest()


def check_files(folder: Path, generation: Generation) -> None:
    """Raise IndexDamagedError unless the files are those that were published."""
    found = digests(folder)
    for name in sorted(found.keys() | generation.files.keys()):
        if found.get(name) != generation.files.get(name):
            state = "is missing" if name not in found else "is not the file that was written"
            raise IndexDamagedError(f"{name} {state}")


def _rows_of(found: Any) -> list[tuple[int, float]]:  # noqa: ANN401 (chromadb's QueryResult)
    ids, distances = found["ids"][0], found["distances"][0]
    return [(int(i), 1.0 - float(d)) for i, d in zip(ids, distances, strict=True)]


class OpenGeneration:
    """A generation that agreed with its digests and answered its canaries."""

    def __init__(
        self, root: Path, generation: Generation,
        canaries: tuple[NDArray[np.int64], NDArray[np.float32]],
    ) -> None:  # fmt: skip
        """Open it; raise IndexDamagedError if it must not be used.

        `canaries` are passages with their vectors: each must find itself.
        """
        import chromadb

        self.generation = generation
        folder = root / FOLDER / generation.name
        check_files(folder, generation)
        if chromadb.__version__ != generation.chromadb:
            # Another version's native code reads these files: let a child take the risk.
            probe(folder)
        try:
            client = open_client(folder)
            # Closed with the last thread that still searches it.
            weakref.finalize(self, close_client, client).atexit = False
            self._collection = client.get_collection(COLLECTION, embedding_function=None)
        except (chromadb.errors.ChromaError, ValueError, RuntimeError, OSError) as error:
            raise IndexDamagedError(f"{generation.name}: {error}") from error
        self._check(*canaries)

    def _check(self, numbers: NDArray[np.int64], vectors: NDArray[np.float32]) -> None:
        for number, vector in zip(numbers, vectors, strict=True):
            hits = self.search(vector, 3)
            # Equal texts have equal vectors: any that is as near as itself will do.
            if not hits or hits[0][1] < CANARY_COSINE:
                raise IndexDamagedError(f"{self.generation.name} does not find passage {number}")

    def search(self, vector: NDArray[np.float32], k: int) -> list[tuple[int, float]]:
        """Return (passage, cosine) of the nearest, best first; IndexDamagedError if it fails."""
        import chromadb

        k = min(k, self.generation.count)
        if k <= 0:
            return []
        try:
            found = self._collection.query(
                query_embeddings=cast("Any", vector.reshape(1, -1)),
                n_results=k,
                include=["distances"],
            )
        except (chromadb.errors.ChromaError, RuntimeError) as error:
            raise IndexDamagedError(f"{self.generation.name}: {error}") from error
        return _rows_of(found)


def probe(folder: Path) -> None:
    """Open and query an index in a child process; raise IndexDamagedError if that one fails.

    A crash of native code cannot be caught, but its process can be someone else.
    """
    command = [sys.executable, "-m", "rag.library.probe", str(folder)]
    try:
        result = subprocess.run(command, capture_output=True, timeout=PROBE_SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise IndexDamagedError(f"{folder.name} does not answer") from error
    if result.returncode != 0:
        raise IndexDamagedError(f"{folder.name} cannot be opened (code {result.returncode})")


def sweep(root: Path, keep: Sequence[str]) -> None:
    """Remove every generation but those named; a reader that has one open still may read it."""
    for path in (root / FOLDER).glob("*"):
        if path.name not in keep:
            log.debug("removing index generation %s", path.name)
            shutil.rmtree(path, ignore_errors=True)
