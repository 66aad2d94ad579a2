"""Find articles that are copies of one story, as agencies' texts are."""

import zlib
from collections.abc import Iterable

import numpy as np
from datasketch import MinHash, MinHashLSH
from numpy.typing import NDArray

from rag.analysis import words

PERMUTATIONS = 64
SHINGLE = 5
"""Words of a shingle."""

SIMILAR = 0.7
"""Jaccard similarity of the shingles from which two texts are one story."""

FEWEST_WORDS = 40
"""A shorter text says too little to be called a copy."""

SEED = 1
SCHEME = "affine32"


def signature(text: str) -> NDArray[np.uint32] | None:
    """Return the MinHash of a text's shingles (64,), or None if it is too short to compare."""
    found = words(text)
    if len(found) < FEWEST_WORDS:
        return None
    shingles = {" ".join(found[i : i + SHINGLE]) for i in range(len(found) - SHINGLE + 1)}
    sketch = MinHash(PERMUTATIONS, seed=SEED, hashfunc=zlib.crc32, scheme=SCHEME)
    sketch.update_batch([shingle.encode() for shingle in shingles])
    values: NDArray[np.uint32] = sketch.hashvalues.astype(np.uint32)
    return values


class Stories:
    """The signatures of a library's articles, asked for the story of a new one."""

    def __init__(self, known: Iterable[tuple[int, str, int | None, NDArray[np.uint32]]]) -> None:
        """Take (row, article id, story or None, signature) of every article known."""
        self._index = MinHashLSH(SIMILAR, PERMUTATIONS)
        self._of: dict[str, tuple[int, NDArray[np.uint32]]] = {}
        for row, article_id, story, values in known:
            self.add(row if story is None else story, article_id, values)

    def add(self, story: int, article_id: str, values: NDArray[np.uint32]) -> None:
        """Know one more article; `story` is the row of the story's first article."""
        if article_id not in self._of:
            self._index.insert(article_id, _sketch(values))
        self._of[article_id] = (story, values)

    def find(self, article_id: str, values: NDArray[np.uint32]) -> int | None:
        """Return the story that the article is a copy of, the earliest if several, or None."""
        near = (self._of[name] for name in self._index.query(_sketch(values)) if name != article_id)
        same = [story for story, other in near if np.mean(other == values) >= SIMILAR]
        return min(same, default=None)


def _sketch(values: NDArray[np.uint32]) -> MinHash:
    return MinHash(PERMUTATIONS, seed=SEED, hashfunc=zlib.crc32, hashvalues=values, scheme=SCHEME)
