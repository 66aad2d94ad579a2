"""The chat model that words questions and paraphrases: several requests of one file at a time."""

import os
import secrets
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Protocol, Self

from rag.errors import ModelError
from rag.models.weights import weights_file
from rag.settings import Settings

SLOTS = 4
"""Requests at a time: what they share of their prompts is read once, and they write together."""

SLOT_TOKENS = 1536
"""Tokens of one prompt and its answer."""

MOST_TOKENS = 160
_BATCH = 512
_SEED = 0
_SILENT = -1

Message = Mapping[str, str]


class Writer(Protocol):
    """The seam for a chat model; `write` is called from several threads."""

    def write(self, messages: Sequence[Message]) -> str:
        """Return the reply; raises ModelError if there is none."""

    def stop(self) -> None:
        """End what is being written, in whichever thread, at the next token."""


class LocalWriter:
    """`with LocalWriter(path, threads=2) as writer: writer.write([…])`; temperature 0.

    Several slots of one llama.cpp engine, continuous batching: `rag.generate.local` has one slot
    and one call at a time, for a reader who waits.
    """

    def __init__(self, path: Path, *, threads: int, slots: int = SLOTS) -> None:
        """Load the file; raises ModelError if llama.cpp cannot."""
        # A thread that waits for another sleeps instead of spinning (see rag.generate.local).
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        os.environ.setdefault("GOMP_SPINCOUNT", "0")
        from xllamacpp import CommonParams, Server

        params = CommonParams()
        params.model.path = str(path)
        params.n_parallel = slots
        params.n_ctx = slots * SLOT_TOKENS
        params.n_batch = params.n_ubatch = _BATCH
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = threads
        params.verbosity = _SILENT
        params.warmup = False
        params.ui = params.endpoint_slots = params.endpoint_props = False
        params.hostnames = ["127.0.0.1"]
        params.api_keys = [secrets.token_hex(32)]
        params.cache_ram_mib = 0
        self._stopped = threading.Event()
        try:
            self._server = Server(params)
        except RuntimeError as error:
            raise ModelError(
                f"{path} cannot be loaded by llama.cpp; check it with: dateline models verify"
            ) from error

    def write(self, messages: Sequence[Message]) -> str:
        """Return the reply, as far as it came where `stop` ended it."""
        request = {
            "messages": [dict(message) for message in messages],
            "temperature": 0.0,
            "seed": _SEED,
            "max_tokens": MOST_TOKENS,
            "stream": True,
            "cache_prompt": True,
        }
        chunks: list[dict[str, Any]] = []

        def take(answer: Any) -> bool:  # noqa: ANN401 (untyped)
            chunks.extend(answer if isinstance(answer, list) else [answer])
            return self._stopped.is_set()

        self._server.handle_chat_completions(request, take)
        return "".join(map(_text, chunks))

    def stop(self) -> None:
        """End all replies at their next token, those asked for later too."""
        self._stopped.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Unload the file."""
        self.stop()
        del self._server


def local_writer(settings: Settings, *, name: str = "local", slots: int = SLOTS) -> LocalWriter:
    """Load a chat model of the registry; raises ModelError, with the command that fetches it."""
    path = weights_file(name, settings.cache)
    return LocalWriter(path, threads=settings.threads, slots=slots)


def _text(chunk: dict[str, Any]) -> str:
    if "error" in chunk:
        reason = str(chunk["error"].get("message", chunk["error"]))
        raise ModelError(f"The local model did not answer: {reason[:200]}")
    choice: dict[str, Any] = next(iter(chunk.get("choices") or []), {})
    return (choice.get("delta") or {}).get("content") or ""
