"""One call to a chat model: its text as it comes, within a time, whatever the model does."""

import time
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING, Any, Literal

from rag.generate.failure import Failure, GeneratorFailed, Kind, failure_of
from rag.generate.looping import loops
from rag.generate.naming import MOST_TOKENS, SECONDS, ChatModel
from rag.generate.tokens import count_tokens
from rag.generate.usage import Usage
from rag.generate.worker import Ended, Worker

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import AIMessageChunk, BaseMessage
    from langchain_core.runnables import RunnableConfig

Finish = Literal["whole", "length", "looped", "stopped", "broken"]

LONGEST_TOKEN = 8
"""Characters: no prose has as many a token on average, so more were not asked for."""

TICK = 0.05
"""Seconds after which a reader's wish to stop is noticed while the model is silent."""

TRIES: dict[Kind, tuple[float, ...]] = {
    "busy": (1.0, 2.0),
    "server": (0.5,),
    "temperature": (0.0,),
    "options": (0.0,),
}
"""Seconds to wait before each further attempt, where the server does not say how many."""

CHANGES: dict[Kind, dict[str, Any]] = {
    "temperature": {"temperature": None},
    "options": {"stream_usage": False},
}
"""What is left out of a further attempt, since the model does not take it."""

_CUT = frozenset({"length", "max_tokens", "max_output_tokens", "model_context_window_exceeded"})
_FILTERED = frozenset(
    {"content_filter", "refusal", "safety", "blocklist", "prohibited_content", "spii"}
)
_REASONS = ("finish_reason", "stop_reason", "done_reason")
"""Where providers say why a reply ended."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a call may take: seconds in all, and the tokens that it was allowed to write."""

    seconds: float = SECONDS
    most_tokens: int = MOST_TOKENS


class Call:
    """A model's reply to some messages: iterate over it once for the pieces of its text.

    `text` is what has come so far and `finish` how it ended: "whole"; "length", at the model's
    limit or ours; "looped", repeating itself; "stopped" by the reader; "broken", when it failed
    after it had begun, and then `trouble` says why in a sentence. None while it goes on.
    `logprobs` has, for each token, what the model tells of it where it was asked to (`token`,
    `logprob`, `top_logprobs`, as OpenAI has them).
    """

    def __init__(
        self,
        model: ChatModel,
        messages: "Sequence[BaseMessage]",
        *,
        limits: Limits,
        stop: Event,
        config: "RunnableConfig | None",
        pause: Callable[[float], object],
    ) -> None:
        """Nothing is sent before the first piece is asked for."""
        self.model, self.messages, self.limits = model, messages, limits
        self.text = ""
        self.logprobs: list[dict[str, Any]] = []
        self.finish: Finish | None = None
        self.trouble: str | None = None
        self._stop, self._config, self._pause = stop, config, pause
        self._told: Usage | None = None
        self._reason: str | None = None
        self._provider: str | None = None
        self._pieces = self._run()

    def __repr__(self) -> str:
        """Show neither the prompt nor the client."""
        return f"Call({self.model.name!r}, finish={self.finish!r})"

    def __iter__(self) -> Iterator[str]:
        return self._pieces

    def close(self) -> None:
        """Let go of the model: it stops at its next chunk."""
        self._pieces.close()
        self.finish = self.finish or "stopped"

    @property
    def cut_off(self) -> bool:
        """Whether the text ends before the model was done."""
        return self.finish not in {None, "whole"}

    @property
    def looped(self) -> bool:
        """Whether the model repeated itself without end."""
        return self.finish == "looped"

    @property
    def usage(self) -> Usage:
        """The tokens as the provider told them, or an estimate if it has not."""
        if self._told is not None:
            return self._told
        prompt = sum(count_tokens(str(one.text), self.model.name) for one in self.messages)
        return Usage(prompt, count_tokens(self.text, self.model.name), estimated=True)

    def _run(self) -> Generator[str, None, None]:
        deadline = time.monotonic() + self.limits.seconds
        chat: BaseChatModel = self.model.chat
        tries: Counter[Kind] = Counter()
        while failure := (yield from self._attempt(chat, deadline)):
            if self.text.strip():
                self.finish, self.trouble = "broken", self._sentence(failure)
                return
            changed = self._again(chat, failure, tries, deadline)
            if self._stop.is_set():
                self.finish = "stopped"
                return
            if changed is None:
                raise GeneratorFailed(failure.kind, self._sentence(failure))
            chat = changed

    def _sentence(self, failure: Failure) -> str:
        model = self.model
        return failure.sentence(model.name, seconds=self.limits.seconds, key=model.key)

    def _again(
        self, chat: "BaseChatModel", failure: Failure, tries: Counter[Kind], deadline: float
    ) -> "BaseChatModel | None":
        """Wait as long as it takes and return the model to try again; None if that is no use."""
        waits = TRIES.get(failure.kind, ())[tries[failure.kind] :]
        if not waits:
            return None
        tries[failure.kind] += 1
        wait = waits[0] if failure.wait is None else failure.wait
        if wait >= deadline - time.monotonic():
            return None
        if wait:
            self._pause(wait)
        return _changed(chat, CHANGES.get(failure.kind))

    def _attempt(
        self, chat: "BaseChatModel", deadline: float
    ) -> Generator[str, None, Failure | None]:
        """Yield the text of one request; return why it failed, or None with `finish` set."""
        if self._stop.is_set():
            self.finish = "stopped"
            return None
        worker = Worker(chat, self.messages, self._config, self._options(chat))
        try:
            while True:
                left = deadline - time.monotonic()
                if left <= 0:
                    return Failure("late")
                if self._stop.is_set():
                    self.finish = "stopped"
                    return None
                come = worker.take(min(left, TICK))
                if isinstance(come, Ended):
                    return failure_of(come.error) if come.error else self._conclude()
                piece = self._note(come) if come is not None else ""
                if piece:
                    self.text += piece
                    yield piece
                if piece and self._enough():
                    return None
        finally:
            worker.close()

    def _options(self, chat: "BaseChatModel") -> dict[str, Any]:
        """Say how much may be written, to a model that takes it with a call."""
        takes = "max_tokens" in type(chat).model_fields
        return {"max_tokens": self.limits.most_tokens} if takes else {}

    def _note(self, chunk: "AIMessageChunk") -> str:
        """Take what a chunk tells of the call, and return its text."""
        about = chunk.response_metadata
        self.logprobs += (about.get("logprobs") or {}).get("content") or []
        self._provider = about.get("model_provider") or self._provider
        details = about.get("incomplete_details")
        reasons = [*map(about.get, _REASONS), details.get("reason") if details else None]
        told = next((one for one in reasons if isinstance(one, str) and one), None)
        if chunk.additional_kwargs.get("refusal"):
            told = "refusal"
        self._reason = told.lower() if told else self._reason
        used = getattr(chunk, "usage_metadata", None)
        if used:
            before = self._told or Usage(0, 0)
            self._told = Usage(
                before.prompt_tokens + used["input_tokens"],
                before.completion_tokens + used["output_tokens"],
            )
        # A lone surrogate, which JSON can hold, could be neither printed nor stored.
        return str(chunk.text).encode("utf-8", "replace").decode("utf-8")

    def _enough(self) -> bool:
        if loops(self.text):
            self.finish = "looped"
        elif len(self.text) > self.limits.most_tokens * LONGEST_TOKEN:
            self.finish = "length"
        return self.finish is not None

    def _conclude(self) -> Failure | None:
        """Judge a stream that came to its end."""
        if self._reason in _FILTERED:
            return Failure("filtered")
        if not self.text.strip():
            return Failure("empty")
        if self._reason is None and self._provider == "openai":
            return Failure("broken")  # its streams always end with a reason
        self.finish = "length" if self._reason in _CUT else "whole"
        return None


def stream_reply(
    model: ChatModel,
    messages: "Sequence[BaseMessage]",
    *,
    seconds: float = SECONDS,
    stop: Event | None = None,
    config: "RunnableConfig | None" = None,
    most_tokens: int = MOST_TOKENS,
    pause: Callable[[float], object] | None = None,
) -> Call:
    """Return the call that streams a model's reply to the messages.

    It ends within `seconds`, further attempts included, at once when `stop` is set, and when it
    is closed; the model is then left to itself until its next chunk. `config` reaches the model
    with its callbacks. `most_tokens` is how much it may write; text that cannot be that short
    ends the call. `pause` waits before a further attempt. Iterating raises GeneratorFailed
    if there is no text at all; what came before a failure is kept.
    """
    stop = stop or Event()
    return Call(
        model,
        messages,
        limits=Limits(seconds, most_tokens),
        stop=stop,
        config=config,
        pause=pause or stop.wait,
    )


def _changed(chat: "BaseChatModel", changes: dict[str, Any] | None) -> "BaseChatModel | None":
    """Return the model with these of its fields changed; None if it has none of them."""
    if changes is None:
        return chat
    known = {name: value for name, value in changes.items() if name in type(chat).model_fields}
    return chat.model_copy(update=known) if known else None
