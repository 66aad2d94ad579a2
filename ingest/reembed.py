"""Cut and embed every article of a library again, with another model or other passages.

The new passages are collected in a file beside the catalogue, one article a transaction, while the
old ones go on answering. When all are there, one transaction of the catalogue puts them in place
of the old and names the new model: a search sees the old passages or the new, never both. Killed
before that, the same command goes on with what has been collected.
"""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sqlalchemy import URL, Connection, Engine, create_engine, delete, func, insert, select

from ingest.passages import Heading, cut_passages
from rag.errors import LibraryError
from rag.library import catalogue
from rag.library.database import errors_in_words
from rag.library.identity import REEMBEDDING, embedding_of
from rag.library.library import Library, Writer, open_library
from rag.library.records import Article
from rag.library.rows import VersionInfo, VersionText
from rag.library.schema import meta, passages, versions
from rag.library.writer import (
    PassageVectors,
    bump_revision,
    digest_of,
    embedding_input,
    put_meta,
    rebuild_full_text,
)
from rag.models.embedder import Embedder, Input

BATCH = 500

Progress = Callable[[str, int, int], None]
"""Called with (`Embedding` or `Indexing`, steps done, steps in all)."""


def _ignore(_task: str, _done: int, _total: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class _Work:
    """A version to be cut and embedded."""

    row: int
    article: Article


def reembed(
    folder: Path,
    embedder: Embedder,
    *,
    passage_tokens: int,
    lock_seconds: float = 3.0,
    progress: Progress = _ignore,
) -> int:
    """Embed the current version of every article with this model; return how many there are.

    Holds the writer's lock throughout. Older versions stay readable; their passages, which were
    never searched, are dropped. Raises what opening and writing a library raise.
    """
    library = open_library(folder, embedding=embedding_of(folder), lock_seconds=lock_seconds)
    try:
        with library.writing() as writer, _collection(folder) as side:
            with library.reading() as db:
                wanted = catalogue.list_articles(db, removed=True)
            _begin(side, f"{embedder.identity} {passage_tokens}", wanted)
            _collect(library, side, embedder, wanted, passage_tokens, progress)
            _put_in_place(library, side, embedder.identity)
            _finish(writer, progress)
        (folder / REEMBEDDING).unlink(missing_ok=True)
        library.checkpoint()
    finally:
        library.close()
    return len(wanted)


@contextmanager
def _collection(folder: Path) -> Iterator[Engine]:
    engine = create_engine(URL.create("sqlite", database=str(folder / REEMBEDDING)))
    try:
        with errors_in_words(folder):
            yield engine
    finally:
        engine.dispose()


def _begin(side: Engine, recipe: str, wanted: Sequence[VersionInfo]) -> None:
    """Keep of an interrupted run what was made the same way and is still wanted."""
    with side.begin() as db:
        meta.create(db, checkfirst=True)
        passages.create(db, checkfirst=True)
        if catalogue.get_meta(db, "recipe") != recipe:
            db.execute(delete(passages))
            put_meta(db, "recipe", recipe)
        have = set(db.execute(select(passages.c.version).distinct()).scalars())
        for stale in have - {info.row for info in wanted}:
            db.execute(delete(passages).where(passages.c.version == stale))


def _collect(
    library: Library,
    side: Engine,
    embedder: Embedder,
    wanted: Sequence[VersionInfo],
    target: int,
    progress: Progress,
) -> None:
    with side.begin() as db:
        have = set(db.execute(select(passages.c.version).distinct()).scalars())
    lacking = [info for info in wanted if info.row not in have]
    done = len(wanted) - len(lacking)
    progress("Embedding", done, len(wanted))
    works = (_cut(library, info, embedder, target) for info in lacking)
    for work, vectors in _embedded(works, embedder):
        with side.begin() as db:
            _keep(db, work, vectors)
        done += 1
        progress("Embedding", done, len(wanted))


def _cut(library: Library, info: VersionInfo, embedder: Embedder, target: int) -> _Work:
    with library.reading() as db:
        version = catalogue.read_version(db, info.article_id, info.number)
        language = db.execute(
            select(versions.c.language).where(versions.c.id == info.row)
        ).scalar_one()
    cut = cut_passages(
        version.text,
        version.paragraphs,
        Heading(info.title, info.outlet, info.published),
        embedder,
        target=target,
        language=(language or "en")[:2],
    )
    return _Work(info.row, _article(version, language, cut))


def _article(version: VersionText, language: str | None, cut: Sequence[object]) -> Article:
    info = version.info
    return Article(
        article_id=info.article_id,
        key=info.key,
        source=info.source,
        root=info.root,
        sha256=info.sha256,
        text=version.text,
        title=info.title,
        author=info.author,
        outlet=info.outlet,
        kind=info.kind,
        url=info.url,
        language=language,
        published=info.published,
        paragraphs=version.paragraphs,
        passages=tuple(cut),  # type: ignore[arg-type]
    )


def _embedded(
    works: Iterator[_Work], embedder: Embedder
) -> Iterator[tuple[_Work, list[PassageVectors]]]:
    """Yield each article with the vectors of its passages, as they become complete."""
    queue: deque[_Work] = deque()

    def inputs() -> Iterator[Input]:
        for work in works:
            if work.article.passages:
                queue.append(work)
            for passage in work.article.passages:
                yield embedding_input(work.article, passage)

    vectors: list[PassageVectors] = []
    for encoded in embedder.encode(inputs()):
        vectors.append(PassageVectors.of(encoded))
        if len(vectors) == len(queue[0].article.passages):
            yield queue.popleft(), vectors
            vectors = []


def _keep(db: Connection, work: _Work, vectors: Sequence[PassageVectors]) -> None:
    rows = []
    for ordinal, (passage, stored) in enumerate(zip(work.article.passages, vectors, strict=True)):
        table = np.array([(s.paragraph, s.start, s.end) for s in passage.sentences], np.int32)
        rows.append(
            {"version": work.row, "ordinal": ordinal, "start": passage.start, "end": passage.end,
             "first": passage.first, "last": passage.last, "header": passage.header,
             "digest": digest_of(embedding_input(work.article, passage)), "active": 0,
             "vector": stored.vector, "sentences": table.tobytes(),
             "sentence_vectors": stored.sentences}
        )  # fmt: skip
    db.execute(insert(passages), rows)


def _put_in_place(library: Library, side: Engine, identity: str) -> None:
    """Exchange all passages and the model's name, in one transaction."""
    with side.connect() as new, library.transaction() as db:
        searched = {info.row for info in catalogue.list_articles(db)}
        # Numbers are never used twice: readers and the old index go by them.
        number = catalogue.last_passage(db)
        db.execute(delete(passages))
        found = new.execute(select(passages).order_by(passages.c.id)).mappings()
        for part in found.partitions(BATCH):
            rows = [
                {**row, "id": number + place, "active": int(row["version"] in searched)}
                for place, row in enumerate(part, start=1)
            ]
            db.execute(insert(passages), rows)
            number += len(rows)
        if db.execute(select(func.count()).select_from(passages)).scalar_one() == 0 and searched:
            raise LibraryError("No passage was made; the library stays as it was.")
        put_meta(db, "last_passage", number)
        put_meta(db, "embedding", identity)
        put_meta(db, "restored", [])
        # The old index holds the old model's vectors: from here on nobody may open it.
        db.execute(delete(meta).where(meta.c.name == "index"))
        rebuild_full_text(db)
        bump_revision(db)


def _finish(writer: Writer, progress: Progress) -> None:
    writer.publish(force=True, progress=lambda done, total: progress("Indexing", done, total))
