"""Dateline over a benchmark's documents: a library of their own, in this process."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from evals.bench.beir import Benchmark
from evals.bench.retrieval import write_corpus
from evals.bench_public.figures import Progress, silent
from evals.bench_support.reading_judge import ClaimReader
from ingest.pages import FakeFetcher
from ingest.pipeline import Adder
from ingest.report import Item, Silent
from rag.answerer import Answerer
from rag.errors import DatelineError
from rag.library import catalogue
from rag.library.library import Library, open_library
from rag.models.embedder import Embedder
from rag.rerank import PassageReader
from rag.search import search_passages
from rag.settings import Settings


class Reads(PassageReader, ClaimReader, Protocol):
    """What reads passages and claims: `rag.reader.reader.Reader`."""


@dataclass(frozen=True, slots=True)
class Engine:
    """The model and the settings that a benchmark is measured with."""

    embedder: Embedder
    settings: Settings
    reader: Reads | None = None


class _Telling(Silent):
    """Passes on how many documents have been added."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def item(self, item: Item) -> None:  # noqa: ARG002 (one is as good as another)
        self._done += 1
        self._progress("adding", self._done, self._total)


@dataclass(frozen=True, slots=True)
class Indexed:
    """An open library of a benchmark's documents; `addresses` is the document behind each URL."""

    library: Library
    engine: Engine
    addresses: dict[str, str]

    def answerer(self) -> Answerer:
        """Return what answers from it."""
        engine = self.engine
        return Answerer(self.library, engine.embedder, engine.settings, reader=engine.reader)

    def documents(self) -> dict[str, str]:
        """Return the document behind each article id."""
        with self.library.reading() as db:
            infos = catalogue.list_articles(db)
        return {info.article_id: self.addresses[str(info.url)] for info in infos}

    def search(self, text: str, passages: int) -> list[str]:
        """Return the article ids of the best passages for a query, best first."""
        engine = self.engine
        found = search_passages(
            self.library, engine.embedder, engine.settings, text,
            limit=passages, reader=engine.reader,
        )  # fmt: skip
        return [passage.article_id for passage in found]


@contextmanager
def indexed(
    benchmark: Benchmark, engine: Engine, folder: Path, progress: Progress = silent
) -> Iterator[Indexed]:
    """Add the documents to a library below `folder` and give it, open.

    A document without text is left out: nothing could find it. Raises DatelineError if another
    could not be added, for the figures would not be the benchmark's.
    """
    filled = replace(
        benchmark, documents={i: d for i, d in benchmark.documents.items() if d.text.strip()}
    )
    folder.mkdir(parents=True, exist_ok=True)
    addresses = write_corpus(filled, folder / "corpus.jsonl")
    library = open_library(folder / "library", embedding=engine.embedder.identity, create=True)
    try:
        report = Adder(
            library,
            engine.embedder,
            FakeFetcher({}),
            passage_tokens=engine.settings.passage_tokens,
            progress=_Telling(progress, len(filled.documents)),
        ).run([str(folder / "corpus.jsonl")])
        failed = [item for item in report.items if item.outcome == "failed"]
        if failed:
            raise DatelineError(
                f"{len(failed)} documents of {benchmark.name!r} cannot be read as articles, the "
                f"first for: {failed[0].why}"
            )
        yield Indexed(library, engine, addresses)
    finally:
        library.close()
