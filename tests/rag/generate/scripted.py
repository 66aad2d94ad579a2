"""A chat model that says what a test tells it to."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessageChunk, BaseMessage, HumanMessage, SystemMessage
from langchain_core.outputs import ChatGenerationChunk, ChatResult
from pydantic import PrivateAttr

from rag.generate.naming import ChatModel

MESSAGES: list[BaseMessage] = [SystemMessage("Be brief."), HumanMessage("How many were killed?")]

Said = str | AIMessageChunk | Exception


class Scripted(BaseChatModel):
    """Streams what `script` yields; an exception of it is raised."""

    script: Callable[[], Iterator[Said]]
    temperature: float | None = 0.0
    _closed: threading.Event = PrivateAttr(default_factory=threading.Event)
    _prompts: list[list[BaseMessage]] = PrivateAttr(default_factory=list)

    @property
    def closed(self) -> threading.Event:
        """Set once a stream was let go before its end."""
        return self._closed

    @property
    def prompts(self) -> list[list[BaseMessage]]:
        return self._prompts

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        raise NotImplementedError

    def _stream(
        self, messages: list[BaseMessage], stop: Any = None,
        run_manager: CallbackManagerForLLMRun | None = None, **_: Any,
    ) -> Iterator[ChatGenerationChunk]:  # fmt: skip
        self._prompts.append(messages)
        try:
            for said in self.script():
                if isinstance(said, Exception):
                    raise said
                message = AIMessageChunk(said) if isinstance(said, str) else said
                yield ChatGenerationChunk(message=message)
        except GeneratorExit:
            self._closed.set()
            raise


def scripted(*said: Said, local: bool = False, name: str = "x:scripted") -> ChatModel:
    return ChatModel(name, Scripted(script=lambda: iter(said)), local=local)
