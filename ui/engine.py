"""What every reader of one server asks: an open library, and who can write its answers."""

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from rag.answerer import EXTRACTIVE, Answerer, Ask, DoneEvent, Event, SentenceEvent, SourcesEvent
from rag.errors import LibraryClosed, UsageError
from rag.library.library import Library, open_library
from rag.library.rows import NO_FILTERS, Filters
from rag.models.load import load_embedder
from rag.reader.load import begin_loading
from rag.reply import Citation, Reply
from rag.search import PassageFound, search_passages
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.asked import Generator


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can write answers here; `generator` is the name in settings and requests."""

    generator: str
    label: str


class Engine:
    """One open library with its embedding model, asked from any number of threads.

    A reader chooses among `choices` alone: any other name could be an address to send questions
    to.
    """

    def __init__(self, settings: Settings) -> None:
        """Open the library, making an empty one if there is none; raises LibraryError."""
        self.settings = settings
        reader = begin_loading(settings)
        self.embedder = load_embedder(settings)
        self.reader = reader()
        self.library: Library = open_library(
            settings.library,
            embedding=self.embedder.identity,
            create=True,
            lock_seconds=settings.lock_seconds,
        )
        self._making = threading.Lock()
        self._answerers: dict[str, Answerer] = {}
        self._first = self._answerer(settings.generator)

    @property
    def generator(self) -> str:
        """The name, as replies tell it, of what writes where nothing else is asked for."""
        return self._first.generator

    def choices(self) -> Sequence[Choice]:
        """Return what a reader may choose, what is used by itself first."""
        from rag.generate.choice import local_models

        found = {self.settings.generator: Choice(self.settings.generator, self.generator)}
        others = [EXTRACTIVE, *local_models(self.settings)]
        labels = {choice.label for choice in found.values()}
        found |= {name: Choice(name, name) for name in others if name not in labels}
        return tuple(found.values())

    def events(self, ask: Ask, *, generator: str | None = None) -> Iterator[Event]:
        """Yield the sources, each checked sentence and the reply, as `Answerer.events`.

        Raises UsageError for a generator that is none of `choices`, LibraryEmpty, ModelError.
        Where an article was a file, its `source` is the file's name: folders are the server's.
        """
        for event in self._chosen(generator).events(ask):
            yield _without_paths(event)

    def answer(self, ask: Ask, *, generator: str | None = None) -> Reply:
        """Return the whole reply; raises as `events`."""
        *_, last = self.events(ask, generator=generator)
        assert isinstance(last, DoneEvent)  # noqa: S101 (the last event is)
        return last.reply

    def search(
        self,
        query: str,
        *,
        filters: Filters = NO_FILTERS,
        limit: int | None = None,
        read: bool = True,
    ) -> list[PassageFound]:
        """Return the best passages for a query, best first; unless `read`, as retrieval has them.

        Reading takes too long for what is found while somebody types.
        """
        found = search_passages(
            self.library,
            self.embedder,
            self.settings,
            query,
            filters=filters,
            limit=limit,
            reader=self.reader if read else None,
        )
        return [replace(passage, source=named(passage.source)) for passage in found]

    def require_open(self) -> None:
        """Raise LibraryClosed if the settings do not let readers change the library."""
        if not self.settings.readers_may_add:
            raise LibraryClosed(
                "Readers may not change this library; ask who runs the server to add or remove "
                "articles."
            )

    def close(self) -> None:
        """Close the library."""
        self.library.close()

    def _chosen(self, generator: str | None) -> Answerer:
        if generator is None:
            return self._first
        known = [choice.generator for choice in self.choices()]
        if generator not in known:
            told = ", ".join(map(repr, known))
            raise UsageError(f"There is no generator {generator!r} here; choose one of {told}.")
        return self._answerer(generator)

    def _answerer(self, name: str) -> Answerer:
        with self._making:
            if name not in self._answerers:
                self._answerers[name] = Answerer(
                    self.library,
                    self.embedder,
                    self.settings,
                    reader=self.reader,
                    generator=self._generator(name),
                )
            return self._answerers[name]

    def _generator(self, name: str) -> "Generator | None":
        if name == EXTRACTIVE:
            return None
        from rag.generate.choice import generator_of

        return generator_of(self.settings.model_copy(update={"generator": name}))


def named(source: str) -> str:
    """Return the name of a file, or a URL as it is: what readers are told of where it came from."""
    return source if "://" in source else PurePath(source).name


def _without_paths(event: Event) -> Event:
    if isinstance(event, SourcesEvent | SentenceEvent):
        return replace(event, citations=tuple(map(_named, event.citations)))
    reply = event.reply
    update = {name: [*map(_named, getattr(reply, name))] for name in ("citations", "nearest")}
    return DoneEvent(reply.model_copy(update=update))


def _named(citation: Citation) -> Citation:
    return citation.model_copy(update={"source": named(citation.source)})
