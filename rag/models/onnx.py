"""The default embedding model in its fast form: onnxruntime and tokenizers, no torch."""

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import numpy as np
from tokenizers import Encoding, Tokenizer

from rag.errors import ModelError
from rag.models.embedder import Embedder, Encoded, Floats, Input, Span, pool
from rag.models.export import GRAPH, MANIFEST, RECIPE, TOKENIZER
from rag.models.registry import EmbeddingCard, ModelCard, embedding_card, sha256_of
from rag.models.session import open_session

AHEAD = 32
"""Texts waiting for each thread, so that none idles while the next article is read."""

LONGEST = 20_000
"""Characters of a text that are tokenised: far more than any window holds."""


def is_whole(folder: Path, card: ModelCard) -> bool:
    """Whether the folder holds an export of this very model, every file with its digest."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return (
            manifest["recipe"] == RECIPE
            and manifest["source_sha256"] == card.sha256
            and set(manifest["files"]) == {GRAPH, TOKENIZER}
            and all(sha256_of(folder / n) == digest for n, digest in manifest["files"].items())
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return False


def export_folder(card: ModelCard, cache: Path) -> Path:
    """Return where the fast form is kept, whether it is there or not."""
    return cache / "models" / f"{card.name}-{card.sha256[:12]}-int8-{RECIPE}"


def ensure_export(card: ModelCard, cache: Path) -> Path:
    """Return the folder of the fast form, made in a child process if it is not there or damaged."""
    folder = export_folder(card, cache)
    if is_whole(folder, card):
        return folder
    environment = os.environ | {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    command = [sys.executable, "-m", "rag.models.export", card.name, str(folder)]
    result = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)  # noqa: S603
    if result.returncode != 0 or not is_whole(folder, card):
        last = (result.stderr.strip().splitlines() or ["no message"])[-1]
        raise ModelError(f"The model {card.name!r} could not be prepared in {folder}: {last}")
    return folder


class OnnxEmbedder(Embedder):
    """One text a run, several runs side by side: onnxruntime lets go of Python's lock."""

    def __init__(self, name: str, cache: Path, *, threads: int) -> None:
        """Load the model of the registry, making its fast form in `cache` at the first use."""
        card = embedding_card(name)
        if card is None:
            raise ModelError(f"The registry has no embedding model {name!r}.")
        identity = f"{card.name}/{card.sha256[:12]}/onnx-int8-{RECIPE}"
        self.open(ensure_export(card, cache), card, identity, threads=threads)

    def open(self, folder: Path, card: EmbeddingCard, identity: str, *, threads: int) -> None:
        """Open the fast form of a card's model, or of one fine-tuned from it."""
        self.identity = identity
        self.dimension = card.dimension
        self.window = card.window
        self._threads = threads
        self._tokenizer_file = str(folder / TOKENIZER)
        self._tokenizer = Tokenizer.from_file(self._tokenizer_file)
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(card.window)
        self._session = open_session(folder / GRAPH)

    def _run(self, encoding: Encoding, spans: Sequence[Span]) -> Encoded:
        ids = np.asarray([encoding.ids], dtype=np.int64)
        outputs = ["embedding", "tokens"] if spans else ["embedding"]
        result = self._session.run(outputs, {"input_ids": ids})
        vector: Floats = result[0][0]
        if not spans:
            return Encoded(vector, np.zeros((0, self.dimension), np.float32))
        # The first and the last token are the model's own marks, not text.
        return Encoded(vector, pool(result[1][0][1:-1], encoding.offsets[1:-1], spans))

    def encode(self, inputs: Iterable[Input]) -> Iterator[Encoded]:
        """Yield one result for each input, in order, a few inputs ahead of the consumer."""
        waiting: deque[Future[Encoded]] = deque()
        with ThreadPoolExecutor(self._threads) as pool_of_threads:
            for item in inputs:
                encoding = self._tokenizer.encode(item.text[:LONGEST])
                waiting.append(pool_of_threads.submit(self._run, encoding, item.spans))
                while len(waiting) > AHEAD * self._threads:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def query(self, text: str) -> Floats:
        """Embed a question as an array (dimension,)."""
        return self._run(self._tokenizer.encode(text[:LONGEST]), ()).vector

    @cached_property
    def _counter(self) -> Tokenizer:
        """A tokenizer that cuts nothing off; only adding articles needs it."""
        counter = Tokenizer.from_file(self._tokenizer_file)
        counter.no_padding()
        counter.no_truncation()
        return counter

    def token_spans(self, texts: Sequence[str]) -> list[list[Span]]:
        """Return the character span of every token of each text, special tokens left out."""
        encodings = self._counter.encode_batch(list(texts), add_special_tokens=False)
        return [encoding.offsets for encoding in encodings]
