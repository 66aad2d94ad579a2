"""`dateline add`: read, clean, cut, embed and commit, one article whole at a time.

Reading runs ahead of embedding, which runs on its own threads; an article is committed when the
last of its passages has its vector. Interrupted anywhere, what was committed stays and the same
command goes on from there, because what is unchanged is skipped without embedding.
"""

import time
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ingest.document import RawArticle
from ingest.pages import Fetcher
from ingest.prepare import compose_article, key_of, prepare, sha256_of_text
from ingest.report import Item, Progress, Report, Silent
from ingest.sources import Skipped, Source, expand, load
from ingest.stories import Stories
from rag.errors import FetchError, ReadError
from rag.library import catalogue
from rag.library.library import Library, Writer
from rag.library.records import Article
from rag.library.rows import VersionInfo
from rag.library.writer import (
    PassageVectors,
    digest_of,
    embedding_input,
    known_vectors,
    signatures,
)
from rag.models.embedder import Embedder, Encoded, Input


@dataclass(slots=True)
class _Waiting:
    """An article and the vectors of its passages, None until they are there."""

    article: Article
    vectors: list[PassageVectors | None]
    missing: deque[int]
    previous: VersionInfo | None


@dataclass(slots=True)
class Adder:
    """One run of `add`: what it was given, and what it has done so far."""

    library: Library
    embedder: Embedder
    fetcher: Fetcher
    passage_tokens: int
    progress: Progress = field(default_factory=Silent)
    report: Report = field(default_factory=Report)
    _current: dict[str, VersionInfo] = field(default_factory=dict)
    _seen_keys: dict[str, str] = field(default_factory=dict)
    _failed: set[str] = field(default_factory=set)
    _roots: set[str] = field(default_factory=set)

    def run(self, arguments: Sequence[str], *, prune: bool = False) -> Report:
        """Add what the arguments name; with `prune`, remove what has left their folders."""
        started = time.perf_counter()
        with self.library.writing() as writer:
            with self.library.reading() as db:
                known = catalogue.list_articles(db, removed=True)
                stories = Stories(signatures(db))
                self._current = {row.key: row for row in known}
            for waiting in self._embedded(self._prepared(arguments)):
                self._commit(writer, stories, waiting)
            if prune:
                self._prune(writer)
            writer.publish(progress=self.progress.indexing)
        self.library.checkpoint()
        self.report.seconds = time.perf_counter() - started
        return self.report

    def _note(self, item: Item) -> None:
        self.report.items.append(item)
        self.progress.item(item)

    def _prepared(self, arguments: Sequence[str]) -> Iterator[_Waiting]:
        sources = list(expand(arguments))
        self.progress.begin(len(sources))
        for source in sources:
            if isinstance(source, Skipped):
                self._note(Item("skipped", source.location, why=source.reason))
            elif isinstance(source, ReadError):
                self._note(Item("failed", "", why=str(source)))
            else:
                if source.root and source.kind == "file":
                    self._roots.add(source.root)
                yield from self._read(source)
            self.progress.source_done()

    def _read(self, source: Source) -> Iterator[_Waiting]:
        for loaded in load(source, self.fetcher):
            if isinstance(loaded, ReadError | FetchError):
                self._fail(source, source.location, loaded)
                continue
            try:
                waiting = self._compare(loaded, source)
            except ReadError as error:
                self._fail(source, loaded.source, error)
                continue
            if waiting:
                yield waiting

    def _fail(self, source: Source, name: str, error: Exception) -> None:
        self._failed.add(source.location)
        self._note(Item("failed", name, why=str(error)))

    def _compare(self, raw: RawArticle, source: Source) -> _Waiting | None:
        """Cut the article and look up what is known of it; None if nothing is to be done."""
        clean = compose_article(raw)
        self.report.characters += len(clean.text)
        key = key_of(raw, clean.text)
        if key in self._seen_keys and not raw.metadata.url:
            key = f"{key}-{sha256_of_text(clean.text)[:8]}"
        if key in self._seen_keys:
            why = f"same article as {self._seen_keys[key]!r}"
            self._note(Item("skipped", raw.source, title=raw.metadata.title, why=why))
            return None
        self._seen_keys[key] = raw.source
        previous = self._current.get(key)
        if previous and not previous.removed and _is_unchanged(previous, raw, clean.text):
            self._note(
                Item("unchanged", raw.source, previous.article_id, previous.title, previous.number)
            )
            return None
        feed = raw.metadata.extra.get("feed")
        article = prepare(
            raw, clean, key=key, root=source.root or (str(feed) if feed else None),
            embedder=self.embedder, target=self.passage_tokens,
        )  # fmt: skip
        digests = [digest_of(embedding_input(article, p)) for p in article.passages]
        with self.library.reading() as db:
            known = known_vectors(db, digests)
        vectors = [known.get(digest) for digest in digests]
        missing = deque(n for n, found in enumerate(vectors) if found is None)
        self.report.embedded += len(missing)
        self.report.reused += len(vectors) - len(missing)
        return _Waiting(article, vectors, missing, previous)

    def _embedded(self, prepared: Iterator[_Waiting]) -> Iterator[_Waiting]:
        """Yield articles, in order, as their vectors become complete."""
        queue: deque[_Waiting] = deque()

        def inputs() -> Iterator[Input]:
            for waiting in prepared:
                queue.append(waiting)
                for number in waiting.missing:
                    yield embedding_input(waiting.article, waiting.article.passages[number])

        filled = 0
        for encoded in self.embedder.encode(inputs()):
            while queue and filled == len(queue[0].missing):
                yield queue.popleft()
                filled = 0
            self._fill(queue[0], filled, encoded)
            filled += 1
        yield from queue

    @staticmethod
    def _fill(waiting: _Waiting, place: int, encoded: Encoded) -> None:
        waiting.vectors[waiting.missing[place]] = PassageVectors.of(encoded)

    def _commit(self, writer: Writer, stories: Stories, waiting: _Waiting) -> None:
        article, previous = waiting.article, waiting.previous
        stored = [vectors for vectors in waiting.vectors if vectors is not None]
        name = previous.article_id if previous else article.article_id
        story = None if article.shingles is None else stories.find(name, article.shingles)
        version = writer.put(article, stored, story=story)
        with self.library.reading() as db:
            row = catalogue.find_article(db, article.key)
            copy_of = catalogue.article_of_story(db, story) if story is not None else None
        if article.shingles is not None:
            stories.add(
                row.article_row if story is None else story, row.article_id, article.shingles
            )
        self._note(
            Item(
                "updated" if previous else "added",
                article.source,
                row.article_id,
                article.title,
                version,
                len(article.paragraphs),
                copy_of if copy_of != row.article_id else None,
                dict(article.found),
            )
        )

    def _prune(self, writer: Writer) -> None:
        """Remove the articles that came from a folder read now and are no longer in it."""
        gone = [
            row
            for row in self._current.values()
            if row.root in self._roots
            and not row.removed
            and row.key not in self._seen_keys
            and row.source.partition("#")[0] not in self._failed
        ]
        if gone:
            writer.remove([row.article_id for row in gone])
        for row in gone:
            self._note(Item("removed", row.source, row.article_id, row.title, row.number))


def _is_unchanged(previous: VersionInfo, raw: RawArticle, text: str) -> bool:
    found = raw.metadata
    told = (found.author, found.outlet, found.kind, found.url, found.published)
    before = (previous.author, previous.outlet, previous.kind, previous.url, previous.published)
    return (
        previous.sha256 == sha256_of_text(text)
        and told == before
        and (found.title is None or found.title == previous.title)
    )
