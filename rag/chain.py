"""Dateline as a LangChain runnable, to stand in any chain."""

from collections.abc import Iterator
from typing import Any

from langchain_core.runnables import Runnable, RunnableConfig

from rag.answerer import Answerer, Ask, Event
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.reply import Reply
from rag.select import SentenceScorer
from rag.settings import Settings
from rag.verify import SupportChecker, verbatim


class AskChain(Runnable[Ask | str, Reply]):
    """Answers questions from one open library.

    `AskChain(library, embedder, settings).invoke("Who condemned the attack?")` returns a `Reply`;
    `ainvoke`, `batch`, `stream` and callbacks are LangChain's. `events` yields the citations, each
    sentence, and the reply.
    """

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        settings: Settings,
        *,
        scorer: SentenceScorer | None = None,
        checker: SupportChecker = verbatim,
    ) -> None:
        """Answer from an open library; `scorer` and `checker` are as in `Answerer`."""
        self._answerer = Answerer(library, embedder, settings, scorer=scorer, checker=checker)

    def invoke(
        self,
        input: Ask | str,
        config: RunnableConfig | None = None,
        **_kwargs: Any,  # noqa: ANN401 (LangChain's)
    ) -> Reply:
        """Answer one question."""
        return self._call_with_config(self._answerer.answer, input, config)

    def events(self, ask: Ask) -> Iterator[Event]:
        """Yield the citations, then every sentence, then the whole reply."""
        yield from self._answerer.events(ask)
