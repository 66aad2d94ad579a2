"""A test double: vectors from hashed words, deterministic, no model and no file."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from rag.models.embedder import Embedder, Encoded, Floats, Input, Span, unit

_WORD = re.compile(r"\w+|[^\w\s]")


class HashingEmbedder(Embedder):
    """Texts that share words are near each other; enough to test all that is not the model."""

    def __init__(self, dimension: int = 64, window: int = 64) -> None:
        """Choose the length of the vectors and the tokens read of a text."""
        self.identity = f"hashing-{dimension}"
        self.dimension = dimension
        self.window = window

    def _vector(self, text: str) -> Floats:
        total = np.zeros(self.dimension, np.float32)
        for word in _WORD.findall(text.lower())[: self.window]:
            seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
            total += np.random.default_rng(seed).standard_normal(self.dimension).astype(np.float32)
        return unit(total if total.any() else np.ones(self.dimension, np.float32))

    def encode(self, inputs: Iterable[Input]) -> Iterator[Encoded]:
        """Yield one result for each input, in order."""
        for item in inputs:
            spans = [self._vector(item.text[start:end]) for start, end in item.spans]
            stacked = np.stack(spans) if spans else np.zeros((0, self.dimension), np.float32)
            yield Encoded(self._vector(item.text), stacked)

    def token_spans(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the span of every word or mark."""
        return [[match.span() for match in _WORD.finditer(text)] for text in texts]
