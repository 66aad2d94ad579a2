"""What every embedding model of Dateline offers, on top of LangChain's `Embeddings`."""

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from langchain_core.embeddings import Embeddings
from numpy.typing import NDArray

Span = tuple[int, int]
Floats = NDArray[np.float32]


SENTENCE_TRANSFORMERS = "sentence-transformers/"


@dataclass(frozen=True, slots=True)
class Input:
    """A text to embed and the character spans in it whose own vectors are wanted too."""

    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Encoded:
    """`vector` (dimension,) and `spans` (number of spans, dimension), all of unit length."""

    vector: Floats
    spans: Floats


class Embedder(Embeddings):
    """Turns texts into unit vectors; a LangChain `Embeddings`, so any chain can use it.

    `identity` names the model and its form; a library made with one is not read with another.
    """

    identity: str
    dimension: int
    window: int
    """Tokens that the model reads of a text, its two special ones included."""

    @abstractmethod
    def encode(self, inputs: Iterable[Input]) -> Iterator[Encoded]:
        """Yield one result for each input, in order."""

    @abstractmethod
    def token_spans(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the character span of every token of each text, special tokens left out."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """Embed texts, as LangChain asks."""
        return [encoded.vector.tolist() for encoded in self.encode(Input(text) for text in texts)]

    def embed_query(self, text: str) -> list[float]:
        """Embed a question, as LangChain asks."""
        values: list[float] = self.query(text).tolist()
        return values

    def query(self, text: str) -> Floats:
        """Embed a question as an array (dimension,)."""
        return next(iter(self.encode([Input(text)]))).vector


def name_of(identity: str) -> str:
    """Return what `--embedding` calls the model of an identity."""
    if identity.startswith(SENTENCE_TRANSFORMERS):
        return identity.removeprefix(SENTENCE_TRANSFORMERS).partition("@")[0]
    return identity.partition("/")[0]


def unit(vectors: Floats) -> Floats:
    """Scale rows to length 1; a row of zeros stays."""
    norms = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: Floats = (vectors / np.maximum(norms, 1e-12)).astype(np.float32)
    return scaled


def pool(states: Floats, offsets: Sequence[Span], spans: Sequence[Span]) -> Floats:
    """Average the token states (tokens, dimension) that lie in each span of the text.

    Late chunking (arXiv 2409.04701): a sentence's vector from the forward pass over its whole
    passage, so it costs no second pass and knows its context. A span without tokens (cut off by
    the window) gives zeros.
    """
    if not spans:
        return np.zeros((0, states.shape[1]), np.float32)
    sums = np.vstack([np.zeros((1, states.shape[1]), np.float32), np.cumsum(states, axis=0)])
    starts = np.array([start for start, _ in offsets])
    first = np.searchsorted(starts, [start for start, _ in spans], side="left")
    last = np.searchsorted(starts, [end for _, end in spans], side="left")
    return unit(sums[last] - sums[first])
