"""Nearest passages: the published index and, exactly, what came after it."""

import logging
import threading
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection

from rag.library.catalogue import changes_since, get_meta, inactive, vectors
from rag.library.vectors import CANARIES, Generation, IndexDamagedError, OpenGeneration

log = logging.getLogger(__name__)

SPARE = 50
"""Hits asked for beyond what is wanted, for those that have been removed since."""

EXACT_UP_TO = 20_000
"""Passages that pass a filter up to which each is compared; beyond, the index is asked."""

Hits = list[tuple[int, float]]


def published(db: Connection) -> Generation | None:
    """Return the generation that the catalogue names, if any."""
    note = get_meta(db, "index")
    return Generation(**note) if note else None


class DenseSearch:
    """One process's view of the vectors; follows the catalogue when another process adds."""

    def __init__(self, folder: Path) -> None:
        """Nothing is opened before the first search."""
        self._folder = folder
        self._lock = threading.Lock()
        self._seen: object = None
        self._open: OpenGeneration | None = None
        self._tail: tuple[NDArray[np.int64], NDArray[np.float32]] | None = None
        self.damage: str | None = None
        """Why the published index is not used, or None."""

    def refresh(self, db: Connection) -> None:
        """See what the catalogue holds now; cheap when nothing has changed."""
        state = get_meta(db, "revision"), get_meta(db, "index")
        with self._lock:
            if state == self._seen:
                return
            generation = published(db)
            self._reopen(db, generation)
            through = self._open.generation.through if self._open else 0
            numbers, values, _ = changes_since(db, through)
            self._tail = (numbers, values)
            self._seen = state

    def _reopen(self, db: Connection, generation: Generation | None) -> None:
        current = self._open.generation.name if self._open else None
        if generation is not None and generation.name == current and self.damage is None:
            return
        self._open, self.damage = None, None
        if generation is None or generation.count == 0:
            return
        numbers, values = vectors(db, ids=_canary_numbers(db, generation))
        inside = numbers <= generation.through
        try:
            self._open = OpenGeneration(self._folder, generation, (numbers[inside], values[inside]))
        except IndexDamagedError as error:
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
        self.refresh(db)
        if among is not None and len(among) <= EXACT_UP_TO:
            return _nearest(vector, *vectors(db, ids=among.tolist()), k)
        hits: Hits = []
        if self._open is not None:
            wanted = k + SPARE
            if among is not None and len(among):
                wanted = int(wanted * max(1.0, self._open.generation.count / len(among)))
            hits = self._open.search(vector, wanted)
        if self._tail is not None:
            hits += _nearest(vector, *self._tail, k)
        if among is not None:
            inside = set(among.tolist())
            hits = [hit for hit in hits if hit[0] in inside]
        gone = inactive(db, [number for number, _ in hits])
        best = {number: cosine for number, cosine in reversed(hits) if number not in gone}
        return sorted(best.items(), key=lambda hit: (-hit[1], hit[0]))[:k]


def _nearest(
    vector: NDArray[np.float32], numbers: NDArray[np.int64], values: NDArray[np.float32], k: int
) -> Hits:
    if not len(numbers):
        return []
    cosines = values @ vector
    order = np.argsort(-cosines, kind="stable")[:k]
    return [(int(numbers[i]), float(cosines[i])) for i in order]


def _canary_numbers(db: Connection, generation: Generation) -> list[int]:
    """Choose active passages spread evenly over the generation."""
    places = np.unique(np.linspace(1, generation.through, 8 * CANARIES, dtype=np.int64))
    numbers, _ = vectors(db, ids=places.tolist())
    restored = set(get_meta(db, "restored") or ())
    usable = [int(n) for n in numbers if int(n) not in restored]
    return usable[:: max(1, len(usable) // CANARIES)]
