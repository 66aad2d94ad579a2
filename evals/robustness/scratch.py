"""A copy of a library, to which articles may be added and which is asked."""

import shutil
import sqlite3
from collections.abc import Generator as Steps
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Self

from evals.case import Case, Place, gold_groups
from evals.gold.articles import Record, record_of
from evals.gold.question import GoldQuestion
from evals.robustness.made_article import MadeArticle, write_articles
from evals.runs.runner import ask
from evals.runs.store import portable
from ingest.pages import FakeFetcher
from ingest.pipeline import Adder
from rag.answerer import Answerer
from rag.asked import Ask, Evidence, Generator, SentenceEvent, SourcesEvent, Written
from rag.errors import ReadError
from rag.library.database import FILE
from rag.library.library import Library, open_library
from rag.models.embedder import Embedder
from rag.reader.load import load_reader
from rag.reply import Citation
from rag.settings import Settings

INDEX = "chroma"


@dataclass(slots=True)
class _Watched:
    """A generator that remembers what it was last given to read."""

    generator: Generator
    read: tuple[Citation, ...] = ()

    @property
    def name(self) -> str:
        return self.generator.name

    def write(
        self,
        evidence: Evidence,
        ask: Ask,
        config: Any = None,  # noqa: ANN401 (LangChain's RunnableConfig)
    ) -> Steps[SourcesEvent | SentenceEvent, None, Written]:
        steps = self.generator.write(evidence, ask, config)
        while True:
            try:
                event = next(steps)
            except StopIteration as end:
                written: Written = end.value
                return written
            if isinstance(event, SourcesEvent):
                self.read = event.citations
            yield event


class Scratch:
    """An open library in a folder that may be changed; asked like any other."""

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        settings: Settings,
        generator: Generator | None = None,
    ) -> None:
        """Use `copied` or `made`."""
        self._library = library
        self._embedder = embedder
        self._settings = settings
        self._watched = None if generator is None else _Watched(generator)
        self._answerer = Answerer(
            library,
            embedder,
            settings,
            reader=load_reader(settings),
            generator=self._watched,
        )
        self._record: Record | None = None

    @property
    def generates(self) -> bool:
        """Whether a chat model writes the answers."""
        return self._watched is not None

    @property
    def read(self) -> tuple[Citation, ...]:
        """What the chat model read for the last question; nothing where none was asked."""
        return self._watched.read if self._watched else ()

    @property
    def record(self) -> Record:
        """The articles that are searched, and those hidden since they were last looked at."""
        if self._record is None:
            self._record = record_of(self._library)
        return self._record

    def ask(self, question: GoldQuestion) -> Case:
        """Return the case of a question, asked after its history."""
        if self._watched:
            self._watched.read = ()
        reply, evidence = ask(self._answerer, question)
        passages = [hit.passage for hit in evidence.found.hits]
        return Case(
            question=question,
            reply=portable(reply),
            retrieved=tuple(Place(p.article_id, p.start, p.end) for p in passages),
            groups=gold_groups(question, self.record),
            record=self.record,
        )

    def add(self, articles: Sequence[MadeArticle]) -> dict[str, str]:
        """Add the articles in this order; return the article id of each name.

        Raises ReadError if one of them is not taken.
        """
        paths = write_articles(articles, self._library.folder / "made")
        adder = Adder(self._library, self._embedder, FakeFetcher({}), self._settings.passage_tokens)
        report = adder.run([str(path) for path in paths])
        ids = {Path(item.source).stem: item.article_id for item in report.of("added")}
        for item in report.items:
            if item.outcome != "added":
                raise ReadError(f"The made article {item.source!r} was not added: {item.why}.")
        self._record = record_of(self._library)
        return {article.name: ids[article.name] or "" for article in articles}

    def hide(self, article_ids: Sequence[str]) -> None:
        """Take articles out of the search; the record keeps them."""
        with self._library.writing() as writer:
            writer.remove(article_ids)

    @contextmanager
    def showing(self, article_id: str) -> Iterator[Self]:
        """Let one hidden article be found, and hide it again."""
        with self._library.writing() as writer:
            writer.restore(article_id)
        yield self
        self.hide([article_id])


@contextmanager
def copied(
    library: Library,
    embedder: Embedder,
    settings: Settings,
    generator: Generator | None = None,
) -> Iterator[Scratch]:
    """Give a copy of a library, gone at the end; the library itself is only read."""
    with TemporaryDirectory() as place:
        folder = Path(place) / "library"
        folder.mkdir()
        _copy_catalogue(library.folder / FILE, folder / FILE)
        if (library.folder / INDEX).is_dir():
            shutil.copytree(library.folder / INDEX, folder / INDEX)
        with _opened(folder, embedder, settings, generator, create=False) as scratch:
            yield scratch


@contextmanager
def made(
    articles: Sequence[MadeArticle],
    embedder: Embedder,
    settings: Settings,
    generator: Generator | None = None,
) -> Iterator[Scratch]:
    """Give a new library of these articles, added in this order, gone at the end."""
    with (
        TemporaryDirectory() as place,
        _opened(Path(place) / "library", embedder, settings, generator, create=True) as scratch,
    ):
        scratch.add(articles)
        yield scratch


@contextmanager
def _opened(
    folder: Path,
    embedder: Embedder,
    settings: Settings,
    generator: Generator | None,
    *,
    create: bool,
) -> Iterator[Scratch]:
    library = open_library(folder, embedding=embedder.identity, create=create)
    try:
        yield Scratch(library, embedder, settings, generator)
    finally:
        library.close()


def _copy_catalogue(source: Path, target: Path) -> None:
    """Copy one state of the database, whatever another process writes meanwhile."""
    before = sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)
    after = sqlite3.connect(target)
    try:
        before.backup(after)
    finally:
        before.close()
        after.close()
