"""Dateline as LangChain runnables, to stand in any chain."""

import asyncio
import threading
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from dataclasses import replace
from typing import Any, cast

from langchain_core.callbacks import AsyncCallbackManagerForChainRun, CallbackManagerForChainRun
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import run_in_executor

from rag.answerer import Answerer, Ask, DoneEvent, Event, Generator, SentenceEvent
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.reply import Reply
from rag.rerank import PassageReader
from rag.select import SentenceScorer
from rag.settings import Settings
from rag.verify import SupportChecker, verbatim


class AskChain(Runnable[Ask | str, Reply]):
    """Answers questions from one open library.

    `AskChain(library, embedder, settings).invoke("Who condemned the attack?")` returns a `Reply`;
    `ainvoke`, `batch`, `stream` and callbacks are LangChain's, and reach the chat model of a
    `generator` (`rag.generate.choice.generator_of`). `events` and `aevents` yield the sources,
    each checked sentence, and the reply; `text` is the same as a runnable that streams text.
    """

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        settings: Settings,
        *,
        reader: PassageReader | None = None,
        scorer: SentenceScorer | None = None,
        checker: SupportChecker = verbatim,
        generator: Generator | None = None,
    ) -> None:
        """Answer from an open library; the keywords are as in `Answerer`."""
        self._answerer = Answerer(
            library,
            embedder,
            settings,
            reader=reader,
            scorer=scorer,
            checker=checker,
            generator=generator,
        )

    def invoke(
        self,
        input: Ask | str,
        config: RunnableConfig | None = None,
        **_kwargs: Any,  # noqa: ANN401 (LangChain's)
    ) -> Reply:
        """Answer one question."""
        return self._call_with_config(self._answered, input, config)

    async def ainvoke(
        self,
        input: Ask | str,
        config: RunnableConfig | None = None,
        **_kwargs: Any,  # noqa: ANN401 (LangChain's)
    ) -> Reply:
        """Answer one question; cancelling it stops the chat model."""
        return await self._acall_with_config(self._aanswered, input, config)

    def events(self, ask: Ask | str, config: RunnableConfig | None = None) -> Iterator[Event]:
        """Yield the sources, then every checked sentence, then the whole reply."""
        yield from self._answerer.events(ask, config)

    async def aevents(
        self, ask: Ask | str, config: RunnableConfig | None = None
    ) -> AsyncGenerator[Event, None]:
        """Yield what `events` does; leaving the iteration, or cancelling, stops the chat model.

        A question's own `stop` is then set.
        """
        given = Ask(ask) if isinstance(ask, str) else ask
        stop = given.stop or threading.Event()
        steps = self.events(replace(given, stop=stop), config)
        done = False
        try:
            while (event := await run_in_executor(None, next, steps, None)) is not None:
                done = isinstance(event, DoneEvent)
                yield event
        finally:
            if not done:
                stop.set()

    @property
    def text(self) -> "AnswerText":
        """The answer as text, sentence by sentence."""
        return AnswerText(self)

    def _answered(
        self,
        ask: Ask | str,
        run_manager: CallbackManagerForChainRun,  # noqa: ARG002 (LangChain's signature)
        config: RunnableConfig,
    ) -> Reply:
        return self._answerer.answer(ask, config)

    async def _aanswered(
        self,
        ask: Ask | str,
        run_manager: AsyncCallbackManagerForChainRun,  # noqa: ARG002 (LangChain's signature)
        config: RunnableConfig,
    ) -> Reply:
        async with aclosing(self.aevents(ask, config)) as events:
            async for event in events:
                if isinstance(event, DoneEvent):
                    return event.reply
        raise asyncio.CancelledError  # the iteration ends with the reply


class AnswerText(Runnable[Ask | str, str]):
    """The text of the answer with its markers, or the sentence that says there is none.

    `stream` and `astream` yield it sentence by sentence, each checked before it is shown.
    """

    def __init__(self, chain: AskChain) -> None:
        """Read from a chain."""
        self._chain = chain

    def invoke(
        self,
        input: Ask | str,
        config: RunnableConfig | None = None,
        **_kwargs: Any,  # noqa: ANN401 (LangChain's)
    ) -> str:
        """Return the whole text."""
        return "".join(self.stream(input, config))

    async def ainvoke(
        self,
        input: Ask | str,
        config: RunnableConfig | None = None,
        **_kwargs: Any,  # noqa: ANN401 (LangChain's)
    ) -> str:
        """Return the whole text; cancelling it stops the chat model."""
        async with aclosing(self.astream(input, config)) as pieces:
            return "".join([piece async for piece in pieces])

    def stream(
        self,
        input: Ask | str,
        config: RunnableConfig | None = None,
        **_kwargs: Any,  # noqa: ANN401 (LangChain's)
    ) -> Iterator[str]:
        """Yield the text sentence by sentence."""
        yield from self._transform_stream_with_config(iter([input]), self._pieces, config)

    async def astream(
        self,
        input: Ask | str,
        config: RunnableConfig | None = None,
        **_kwargs: Any,  # noqa: ANN401 (LangChain's)
    ) -> AsyncGenerator[str, None]:
        """Yield the text sentence by sentence; leaving the iteration stops the chat model."""

        async def given() -> AsyncIterator[Ask | str]:
            yield input

        run = self._atransform_stream_with_config(given(), self._apieces, config)
        async with aclosing(cast("AsyncGenerator[str, None]", run)) as pieces:
            async for piece in pieces:
                yield piece

    def _pieces(
        self,
        asked: Iterator[Ask | str],
        run_manager: CallbackManagerForChainRun,  # noqa: ARG002 (LangChain's signature)
        config: RunnableConfig,
    ) -> Iterator[str]:
        shown = False
        for event in self._chain.events(next(asked), config):
            if piece := _piece(event, shown=shown):
                shown = True
                yield piece

    async def _apieces(
        self,
        asked: AsyncIterator[Ask | str],
        run_manager: AsyncCallbackManagerForChainRun,  # noqa: ARG002 (LangChain's signature)
        config: RunnableConfig,
    ) -> AsyncIterator[str]:
        shown = False
        async with aclosing(self._chain.aevents(await anext(asked), config)) as events:
            async for event in events:
                if piece := _piece(event, shown=shown):
                    shown = True
                    yield piece


def _piece(event: Event, *, shown: bool) -> str:
    """Return the text that an event adds: a sentence with its markers, or why there is none."""
    if isinstance(event, SentenceEvent) and event.is_shown:
        markers = "".join(f" [{n}]" for n in event.sentence.citations)
        return (" " if shown else "") + event.sentence.text + markers
    if isinstance(event, DoneEvent) and not shown:
        return event.reply.answer
    return ""
