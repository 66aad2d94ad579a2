"""A chat model's stream, run in a thread that nobody has to wait for."""

import queue
import threading
from collections.abc import Mapping, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from rag.generate.guard import ABANDONED

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage
    from langchain_core.runnables import RunnableConfig

AHEAD = 256
"""Chunks that a model may be ahead of its reader."""

TICK = 0.05
"""Seconds after which a model that is ahead notices that nobody reads any more."""


@dataclass(frozen=True, slots=True)
class Ended:
    """The stream is over; `error` is what ended it, if it did not end by itself."""

    error: Exception | None = None


class Worker:
    """Streams one reply; the thread never keeps the process from ending.

    The context variables of who made it hold in the thread, so that callbacks and tracers see
    the call where it belongs.
    """

    def __init__(
        self,
        chat: "BaseChatModel",
        messages: "Sequence[BaseMessage]",
        config: "RunnableConfig | None",
        options: Mapping[str, Any],
    ) -> None:
        """Start at once; `options` are those of the model's `stream`."""
        self._chat, self._messages, self._config = chat, list(messages), config
        self._options = options
        self._abandoned = threading.Event()
        self._come: queue.Queue[AIMessageChunk | Ended] = queue.Queue(AHEAD)
        run = copy_context().run
        threading.Thread(target=run, args=(self._work,), name="generator", daemon=True).start()

    def take(self, seconds: float) -> "AIMessageChunk | Ended | None":
        """Return the next chunk or the end; None if neither comes within the seconds."""
        try:
            return self._come.get(timeout=max(0.0, seconds))
        except queue.Empty:
            return None

    def close(self) -> None:
        """Have the model stop and its connection closed at the next chunk; waits for neither."""
        self._abandoned.set()

    def _work(self) -> None:
        ABANDONED.set(self._abandoned)
        try:
            self._stream()
        except Exception as error:  # noqa: BLE001 (handed to who waits for it)
            self._put(Ended(error))
        else:
            self._put(Ended())

    def _stream(self) -> None:
        stream = self._chat.stream(self._messages, self._config, **self._options)
        try:
            for chunk in stream:
                if self._abandoned.is_set():
                    return
                self._put(chunk)
        finally:
            close = getattr(stream, "close", None)  # an iterator that is no generator has none
            if close is not None:
                close()

    def _put(self, come: "AIMessageChunk | Ended") -> None:
        while not self._abandoned.is_set():
            try:
                self._come.put(come, timeout=TICK)
            except queue.Full:
                continue
            return
