"""A chat model in this process: a GGUF file run by llama.cpp, as a LangChain chat model."""

import atexit
import os
import queue
import secrets
import threading
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from time import monotonic
from typing import Any, ClassVar
from weakref import WeakSet

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.language_models.chat_models import generate_from_stream
from langchain_core.messages import AIMessageChunk, BaseMessage, convert_to_openai_messages
from langchain_core.messages.ai import UsageMetadata
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from rag.errors import ModelError
from rag.models.registry import generation_card
from rag.models.weights import weights_file
from rag.settings import Settings

CONTEXT = 4096
"""Tokens of prompt and answer together."""

_BATCH = 128
"""Tokens of a prompt that are read at once; between two such runs a call can be stopped."""

_LOADING = 60.0
"""Seconds that loading a file may take at most."""

_TICK = 0.02
"""Seconds after which the end of loading is noticed by who waits to close."""

_SILENT = -1
"""llama.cpp's verbosity: it writes to standard error by itself."""


def local_model(name: str, settings: Settings) -> "LlamaCpp":
    """Return a model of the registry that is on this machine; its file is loaded at first use.

    Raises ModelError, with the command that fetches it, if it is not here or is damaged.
    """
    path = weights_file(name, settings.cache)
    return LlamaCpp(path=path, name=generation_card(name).name, threads=settings.threads)


class Engine:
    """One loaded GGUF file, for all who share it; calls at the same time wait for each other."""

    every: ClassVar["WeakSet[Engine]"] = WeakSet()

    def __init__(self, path: Path, threads: int, context: int) -> None:
        """Nothing is loaded yet."""
        self._path, self._threads, self._context = path, threads, context
        self._turn = threading.Lock()
        self._call: _Call | None = None
        self._closed = False
        self.every.add(self)

    @cached_property
    def _server(self) -> Any:  # noqa: ANN401 (untyped)
        """Load the file; raises ModelError if llama.cpp cannot.

        llama.cpp's engine opens a port of its own on loopback whether it is wanted or not: it
        gets a secret that nobody is told, and neither its page nor its inspection is served.
        """
        # A thread that waits for another sleeps: spinning, with anything else running on the same
        # cores, made a model write 0.6 tokens a second instead of 11. Read once, at the import.
        os.environ.setdefault("OMP_WAIT_POLICY", "passive")
        os.environ.setdefault("GOMP_SPINCOUNT", "0")
        try:
            from xllamacpp import CommonParams, Server
        except ImportError as error:
            raise ModelError(
                "A local model needs the package xllamacpp: pip install xllamacpp"
            ) from error
        params = CommonParams()
        params.model.path = str(self._path)
        params.n_ctx = self._context
        params.n_parallel = 1
        params.n_batch = params.n_ubatch = _BATCH
        params.cpuparams.n_threads = params.cpuparams_batch.n_threads = self._threads
        params.verbosity = _SILENT
        params.warmup = False
        params.ui = params.endpoint_slots = params.endpoint_props = False
        params.hostnames = ["127.0.0.1"]
        params.api_keys = [secrets.token_hex(32)]
        params.cache_ram_mib = 0
        try:
            return Server(params)
        except RuntimeError as error:
            raise ModelError(
                f"{self._path} cannot be loaded by llama.cpp; check it with: dateline models verify"
            ) from error

    def answers(self, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the chunks of a reply as an OpenAI-compatible server streams them."""
        with self._turn:
            self._call = None
            loaded = not self._closed and self._server is not None
            if not loaded or self._closed:  # closed meanwhile: loading takes its time
                raise ModelError("The local model has been closed; start the program again.")
            self._call = call = _Call(self._server, request)
            try:
                yield from call.answers()
            finally:
                call.stop()

    def close(self) -> None:
        """Stop what is going on and unload the file; waits for that."""
        self._closed = True
        latest = monotonic() + _LOADING
        while not (held := self._turn.acquire(timeout=_TICK)) and monotonic() < latest:
            # None while the file is loaded, which cannot be stopped. A call that is over may
            # still be held by an iterator that nobody reads: its turn never ends.
            if self._call is not None:
                self._call.stop()
                break
        self.__dict__.pop("_server", None)
        if held:
            self._turn.release()


class LlamaCpp(BaseChatModel):
    """Chat with a GGUF file: `LlamaCpp(path=file, threads=2).invoke("…")`.

    Deterministic at temperature 0. With a `grammar` (GBNF) the output cannot leave it; with
    `top_logprobs`, the log-probabilities of that many tokens stand in each chunk's metadata. What
    a prompt shares with the one before it is not read again. Closing the iterator of `stream`
    stops the model at its next token. A copy (`model_copy`) shares the loaded file.
    """

    path: Path
    name: str | None = None
    threads: int = 2
    context: int = CONTEXT
    max_tokens: int = 256
    temperature: float = 0.0
    grammar: str | None = None
    top_logprobs: int | None = None

    _engine: Engine = PrivateAttr()

    def model_post_init(self, context: Any, /) -> None:  # noqa: ANN401 (pydantic's)
        """Prepare the file, which is loaded at the first call."""
        super().model_post_init(context)
        self._engine = Engine(self.path, self.threads, self.context)

    @property
    def _llm_type(self) -> str:
        return "llama.cpp"

    @property
    def _identifying_params(self) -> dict[str, Any]:
        return {"model": self.name or self.path.stem, "context": self.context}

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401 (LangChain's)
    ) -> ChatResult:
        return generate_from_stream(self._stream(messages, stop, run_manager, **kwargs))

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ANN401 (LangChain's)
    ) -> Iterator[ChatGenerationChunk]:
        request = self._request(messages, stop) | kwargs
        for answer in self._engine.answers(request):
            chunk = _chunk(answer)
            if run_manager and chunk.text:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    def _request(self, messages: list[BaseMessage], stop: list[str] | None) -> dict[str, Any]:
        request: dict[str, Any] = {
            "messages": convert_to_openai_messages(messages),
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "stream": True,
            "stream_options": {"include_usage": True},
            "cache_prompt": True,
            "return_progress": True,
        }
        if stop:
            request["stop"] = stop
        if self.grammar:
            request["grammar"] = self.grammar
        if self.top_logprobs:
            request |= {"logprobs": True, "top_logprobs": self.top_logprobs}
        return request


class _Call:
    """One call in a thread of its own; `left` tells the engine to stop.

    Only the thread holds the engine, which is thus gone once it is closed, in the thread that
    closed it: its end must not come when the interpreter's already has.
    """

    def __init__(self, server: Any, request: dict[str, Any]) -> None:  # noqa: ANN401
        self._handed: queue.SimpleQueue[dict[str, Any] | Exception | None] = queue.SimpleQueue()
        self._left = threading.Event()
        self._thread = threading.Thread(
            target=self._work, args=(server, request), name="llama.cpp", daemon=True
        )
        self._thread.start()

    def answers(self) -> Iterator[dict[str, Any]]:
        """Yield what the engine hands over; raises ModelError for what it refuses."""
        while (answer := self._handed.get()) is not None:
            if isinstance(answer, Exception):
                raise _refused(str(answer)) from None
            if "error" in answer:
                raise _refused(str(answer["error"].get("message", answer["error"])))
            yield answer

    def leave(self) -> None:
        """Let the engine end at its next token, or its next run of the prompt."""
        self._left.set()

    def stop(self) -> None:
        """Leave, and wait for the end."""
        self.leave()
        self._thread.join()

    def _take(self, answer: Any) -> bool:  # noqa: ANN401
        for one in answer if isinstance(answer, Sequence) else [answer]:
            self._handed.put(one)
        return self._left.is_set()

    def _work(self, server: Any, request: dict[str, Any]) -> None:  # noqa: ANN401
        try:
            server.handle_chat_completions(request, self._take)
        except Exception as error:  # noqa: BLE001 (handed to the caller's thread)
            self._handed.put(error)
        finally:
            self._handed.put(None)


@atexit.register
def _close_all() -> None:
    """Leave no thread of an engine behind: it would call an interpreter that is gone."""
    for engine in tuple(Engine.every):
        engine.close()


def _refused(reason: str) -> ModelError:
    first = next(iter(reason.strip().splitlines()), "no reason given")
    return ModelError(f"The local model did not answer: {first[:200]}")


def _chunk(answer: dict[str, Any]) -> ChatGenerationChunk:
    choice: dict[str, Any] = next(iter(answer.get("choices") or []), {})
    used = answer.get("usage")
    message = AIMessageChunk(
        content=(choice.get("delta") or {}).get("content") or "",
        usage_metadata=_usage(used) if used else None,
    )
    info = {
        name: choice[name] for name in ("finish_reason", "logprobs") if choice.get(name) is not None
    }
    return ChatGenerationChunk(message=message, generation_info=info or None)


def _usage(used: dict[str, Any]) -> UsageMetadata:
    cached = (used.get("prompt_tokens_details") or {}).get("cached_tokens", 0)
    return UsageMetadata(
        input_tokens=used["prompt_tokens"],
        output_tokens=used["completion_tokens"],
        total_tokens=used["total_tokens"],
        input_token_details={"cache_read": cached},
    )
