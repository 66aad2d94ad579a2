"""Nearest passages: the published index and, exactly, what came after it."""

import logging
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from rag.library.catalogue import changes_since, get_meta, inactive, vectors
from rag.library.vectors import CANARIES, Generation, IndexDamagedError, OpenGeneration

log = logging.getLogger(__name__)

SPARE = 50
"""Hits asked for beyond what is wanted, for those that have been removed since; more if need be."""

EXACT_UP_TO = 20_000
"""Passages that pass a filter up to which each is compared; beyond, the index is asked."""

Hits = list[tuple[int, float]]


def published(db: Connection) -> Generation | None:
    """Return the generation that the catalogue names, if any."""
    note = get_meta(db, "index")
    return Generation(**note) if note else None


@dataclass(frozen=True, slots=True)
class _View:
    """What is searched in one state of the catalogue: an index, and the passages it lacks.

    Never changed, so that a thread that searches one is not disturbed by one that replaces it.
    """

    revision: int
    generation: Generation | None
    index: OpenGeneration | None
    numbers: NDArray[np.int64]
    values: NDArray[np.float32]


class DenseSearch:
    """One process's view of the vectors; follows the catalogue when another process adds."""

    def __init__(self, folder: Path) -> None:
        """Nothing is opened before the first search."""
        self._folder = folder
        self._lock = threading.Lock()
        self._view: _View | None = None
        self.damage: str | None = None
        """Why the published index is not used, or None."""

    def refresh(self, db: Connection) -> None:
        """See what the catalogue holds now; cheap when nothing has changed."""
        self._seen_by(db)

    def _seen_by(self, db: Connection) -> _View:
        """Return the view of the state that this connection sees, and keep it if it is newer."""
        revision, generation = int(get_meta(db, "revision") or 0), published(db)
        with self._lock:
            last = self._view
            if last and (last.revision, last.generation) == (revision, generation):
                return last
            if last and last.revision > revision:
                # A connection that has long been reading: what is kept is for those after it.
                index = last.index if last.generation == generation else None
                return self._made(db, revision, generation, index)
            if last is None or last.generation != generation:
                index = self._opened(db, generation)
            else:
                index = last.index
            self._view = self._made(db, revision, generation, index)
            return self._view

    @staticmethod
    def _made(
        db: Connection, revision: int, generation: Generation | None, index: OpenGeneration | None
    ) -> _View:
        numbers, values, _ = changes_since(db, index.generation.through if index else 0)
        return _View(revision, generation, index, numbers, values)

    def _opened(self, db: Connection, generation: Generation | None) -> OpenGeneration | None:
        self.damage = None
        if generation is None or generation.count == 0:
            return None
        try:
            return OpenGeneration(self._folder, generation, canaries(db, generation))
        except IndexDamagedError as error:
            self._give_up(error)
            return None

    def _give_up(self, error: IndexDamagedError) -> None:
        self.damage = str(error)
        log.warning("the vector index is not used (%s); searching without it", error)

    def search(
        self, db: Connection, vector: NDArray[np.float32], k: int,
        *, among: NDArray[np.int64] | None = None,
    ) -> Hits:  # fmt: skip
        """Return (passage, cosine) of the k nearest active passages, best first.

        `among` (ascending passage numbers) limits the search; approximate only where the index
        is asked.
        """
        view = self._seen_by(db)
        if among is not None and len(among) <= EXACT_UP_TO:
            return _nearest(vector, *vectors(db, ids=among.tolist()), k)
        try:
            hits = _of_index(db, view.index, vector, k, among)
        except IndexDamagedError as error:
            self._do_without(db, view, error)
            return self.search(db, vector, k, among=among)
        numbers, values = view.numbers, view.values
        if among is not None:
            inside = np.isin(numbers, among)
            numbers, values = numbers[inside], values[inside]
        best = dict([*_nearest(vector, numbers, values, k), *hits])
        return sorted(best.items(), key=lambda hit: (-hit[1], hit[0]))[:k]

    def _do_without(self, db: Connection, view: _View, error: IndexDamagedError) -> None:
        """Leave alone, from now on, an index that failed when it was asked."""
        with self._lock:
            self._give_up(error)
            self._view = self._made(db, view.revision, view.generation, None)

    def close(self) -> None:
        """Let go of the index's files; a search opens them again."""
        with self._lock:
            self._view = None


def _of_index(
    db: Connection,
    index: OpenGeneration | None,
    vector: NDArray[np.float32],
    k: int,
    among: NDArray[np.int64] | None,
) -> Hits:
    """Return at least k hits that are still searched and allowed, if the index has so many."""
    if index is None:
        return []
    count, wanted = index.generation.count, k + SPARE
    if among is not None and len(among):
        wanted = int(wanted * max(1.0, count / len(among)))
    inside = None if among is None else set(among.tolist())
    while True:
        hits = index.search(vector, wanted)
        gone = inactive(db, [number for number, _ in hits])
        if inside is None and len(gone) > k and count <= EXACT_UP_TO:
            # The nearest were removed. Copies of one text are linked to each other first, and
            # what is behind them the index may not reach, however far it looks.
            return _nearest(vector, *vectors(db), k)
        kept = [h for h in hits if h[0] not in gone and (inside is None or h[0] in inside)]
        # The farthest of what an approximate search returns are the least sure: they are spared.
        if len(kept) >= k + SPARE // 2 or wanted >= count:
            return kept
        wanted *= 4


def _nearest(
    vector: NDArray[np.float32], numbers: NDArray[np.int64], values: NDArray[np.float32], k: int
) -> Hits:
    if not len(numbers):
        return []
    cosines = values @ vector
    order = np.argsort(-cosines, kind="stable")[:k]
    return [(int(numbers[i]), float(cosines[i])) for i in order]


def canaries(
    db: Connection, generation: Generation
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return passages, spread evenly over the generation, that it must find, with their vectors."""
    places = np.unique(np.linspace(1, generation.through, 8 * CANARIES, dtype=np.int64))
    numbers, _ = vectors(db, ids=places.tolist())
    restored = set(get_meta(db, "restored") or ())
    usable = [int(n) for n in numbers if int(n) not in restored]
    return vectors(db, ids=usable[:: max(1, len(usable) // CANARIES)])
