"""A library embedded again, interrupted or not, is never of two minds."""

import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from ingest.pages import FakeFetcher
from ingest.pipeline import Adder
from ingest.reembed import reembed
from rag.errors import LibraryLocked, LibraryMismatch, LibraryNotFound
from rag.library import catalogue
from rag.library.identity import REEMBEDDING, embedding_of
from rag.library.library import Library, Writer, open_library
from rag.library.lock import writer_lock
from rag.models.embedder import Encoded, Input
from rag.models.hashing import HashingEmbedder

ARTICLES = 5
LATE = 9
"""Passages after which at least one article is complete, and not all are."""

OLD = HashingEmbedder()
TEXT = "---\ntitle: Article {0}\npublished: 2024-04-0{0}\n---\n\nThe drone of day {0}.\n\n{1}\n"


class OtherModel(HashingEmbedder):
    """Another dimension; counts what it embeds, and may stop after so many inputs."""

    def __init__(self, stop_after: int | None = None) -> None:
        super().__init__(dimension=32, window=64)
        self.encoded = 0
        self._stop_after = stop_after

    def encode(self, inputs: Iterable[Input]) -> Iterator[Encoded]:
        for encoded in super().encode(inputs):
            if self.encoded == self._stop_after:
                raise KeyboardInterrupt
            self.encoded += 1
            yield encoded


def add(library: Library, embedder: HashingEmbedder, *paths: Path) -> None:
    Adder(library, embedder, FakeFetcher({}), passage_tokens=32).run([str(p) for p in paths])


def write(folder: Path, number: int, words: str = "word") -> Path:
    path = folder / f"{number}.md"
    path.write_text(TEXT.format(number, " ".join([f"{words}{number}"] * 60) + "."))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A library of five articles: one has two versions, one has been removed."""
    sources = [write(tmp_path, number) for number in range(1, ARTICLES + 1)]
    library = open_library(tmp_path / "library", embedding=OLD.identity, create=True)
    add(library, OLD, *sources)
    add(library, OLD, write(tmp_path, 2, "changed"))
    with library.writing() as writer:
        writer.remove(["2024-04-03-article-3"])
    library.close()
    return tmp_path / "library"


def nearest(folder: Path, embedder: HashingEmbedder, text: str) -> list[str]:
    library = open_library(folder, embedding=embedder.identity)
    try:
        with library.reading() as db:
            hits = library.dense.search(db, embedder.query(text), 3)
            found = catalogue.load_passages(db, [number for number, _ in hits])
            return [found[number].article_id for number, _ in hits]
    finally:
        library.close()


def column(folder: Path, query: str) -> list[object]:
    with sqlite3.connect(folder / "catalogue.db") as db:
        rows = [row[0] for row in db.execute(query)]
    db.close()
    return rows


def run(folder: Path, embedder: HashingEmbedder) -> int:
    return reembed(folder, embedder, passage_tokens=32, lock_seconds=0)


def test_the_library_changes_its_model(folder: Path) -> None:
    text = "Article 4 | 2024-04-04\nThe drone of day 4."
    assert nearest(folder, OLD, text)[0] == "2024-04-04-article-4"
    before = column(folder, "SELECT text FROM versions")
    other = OtherModel()
    assert run(folder, other) == ARTICLES
    assert embedding_of(folder) == other.identity
    assert nearest(folder, other, text)[0] == "2024-04-04-article-4"
    assert column(folder, "SELECT text FROM versions") == before
    assert set(column(folder, "SELECT length(vector) FROM passages")) == {2 * other.dimension}
    assert not (folder / REEMBEDDING).exists()
    with pytest.raises(LibraryMismatch):
        open_library(folder, embedding=OLD.identity)


def test_numbers_of_passages_are_not_used_again(folder: Path) -> None:
    highest = max(column(folder, "SELECT id FROM passages"))  # type: ignore[type-var]
    run(folder, OtherModel())
    assert min(column(folder, "SELECT id FROM passages")) > highest  # type: ignore[operator,type-var]
    last = column(folder, "SELECT value FROM meta WHERE name = 'last_passage'")
    assert last == column(folder, "SELECT max(id) FROM passages")


def test_only_current_versions_are_searched_and_removed_articles_stay_so(folder: Path) -> None:
    other = OtherModel()
    run(folder, other)
    library = open_library(folder, embedding=other.identity)
    with library.reading() as db:
        assert catalogue.stats(db).articles == ARTICLES - 1
        assert catalogue.passage_count(db) == catalogue.stats(db).passages
        assert catalogue.read_version(db, "2024-04-02-article-2", 1).text.count("word2") == 60
    with library.writing() as writer:
        writer.restore("2024-04-03-article-3")
    library.close()
    assert "2024-04-03-article-3" in nearest(folder, other, "Article 3\nThe drone of day 3.")


def test_the_vectors_are_those_that_adding_would_give(folder: Path, tmp_path: Path) -> None:
    other = OtherModel()
    run(folder, other)
    fresh = open_library(tmp_path / "fresh", embedding=other.identity, create=True)
    add(fresh, other, *sorted(tmp_path.glob("*.md")))
    fresh.close()
    query = "SELECT hex(digest || vector) FROM passages WHERE active = 1"
    again = column(folder, query)
    added = column(tmp_path / "fresh", query)
    assert set(again) < set(added)  # without the removed article


def test_adding_the_same_again_embeds_nothing(folder: Path, tmp_path: Path) -> None:
    run(folder, OtherModel())
    other = OtherModel()
    library = open_library(folder, embedding=other.identity)
    add(library, other, tmp_path / "1.md", tmp_path / "2.md")
    library.close()
    assert other.encoded == 0


def test_old_vectors_are_never_taken_for_new_ones(folder: Path, tmp_path: Path) -> None:
    """The passages of older versions are gone: their digests would name the old model's vectors."""
    other = OtherModel()
    run(folder, other)
    library = open_library(folder, embedding=other.identity)
    add(library, other, write(tmp_path, 2))  # the text of its first version
    with library.reading() as db:
        numbers, values = catalogue.vectors(db)
    library.close()
    assert values.shape == (len(numbers), other.dimension)
    assert np.allclose(np.linalg.norm(values, axis=1), 1, atol=0.01)


@pytest.mark.parametrize("stop_after", [0, 1, 7, LATE])
def test_interrupted_the_old_model_answers_and_the_same_command_goes_on(
    folder: Path, stop_after: int
) -> None:
    whole = OtherModel()
    with pytest.raises(KeyboardInterrupt):
        run(folder, OtherModel(stop_after))
    assert nearest(folder, OLD, "The drone of day 4.")
    assert (folder / REEMBEDDING).exists()
    assert run(folder, whole) == ARTICLES
    total = len(column(folder, "SELECT id FROM passages"))
    assert whole.encoded <= total
    if stop_after == LATE:
        assert whole.encoded < total
    assert nearest(folder, whole, "Article 4\nThe drone of day 4.")[0] == "2024-04-04-article-4"
    assert not (folder / REEMBEDDING).exists()


def test_what_was_collected_for_another_model_is_not_used(folder: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(folder, OtherModel(LATE))
    run(folder, OLD)
    assert set(column(folder, "SELECT length(vector) FROM passages")) == {2 * OLD.dimension}
    assert nearest(folder, OLD, "The drone of day 4.")


def test_what_was_changed_in_between_is_embedded_anew(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        run(folder, OtherModel(LATE))
    library = open_library(folder, embedding=OLD.identity)
    add(library, OLD, write(tmp_path, 1, "rewritten"))
    library.close()
    other = OtherModel()
    run(folder, other)
    library = open_library(folder, embedding=other.identity)
    with library.reading() as db:
        active = column(folder, "SELECT DISTINCT version FROM passages WHERE active = 1")
        current = {info.row for info in catalogue.list_articles(db)}
    library.close()
    assert set(active) == current


def test_cut_short_before_the_index_it_is_searched_without(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(*_: object, **__: object) -> bool:
        raise KeyboardInterrupt

    other = OtherModel()
    with monkeypatch.context() as patch:
        patch.setattr(Writer, "publish", die)
        with pytest.raises(KeyboardInterrupt):
            run(folder, other)
    assert column(folder, "SELECT count(*) FROM meta WHERE name = 'index'") == [0]
    assert nearest(folder, other, "Article 4\nThe drone of day 4.")[0] == "2024-04-04-article-4"


def test_one_writer(folder: Path) -> None:
    with writer_lock(folder, wait=0), pytest.raises(LibraryLocked):
        run(folder, OtherModel())
    assert embedding_of(folder) == OLD.identity


def test_progress_counts_articles_then_passages(folder: Path) -> None:
    told: list[tuple[str, int, int]] = []
    reembed(folder, OtherModel(), passage_tokens=32, progress=lambda *step: told.append(step))
    assert told[: ARTICLES + 1] == [("Embedding", n, ARTICLES) for n in range(ARTICLES + 1)]
    assert told[-1][0] == "Indexing"


def test_no_library(tmp_path: Path) -> None:
    with pytest.raises(LibraryNotFound):
        run(tmp_path / "nowhere", OtherModel())
