"""Killed at any moment: what was acknowledged is there, whole, and the same command finishes."""

import random

import pytest

from ingest.pipeline import Adder
from rag.errors import LibraryNotFound
from rag.library import catalogue
from rag.library.dense import published

SIGKILL = -9
ARTICLES = 7


def finish(shelf, sources):
    """The same command again, here."""
    adder = Adder(shelf.library, shelf.embedder, None, 12)
    return adder.run([str(sources.folder)]).counts()


def check_whole(shelf, sources, acknowledged):
    """Every article there is whole and found, and none that was acknowledged is missing."""
    names = shelf.names()
    assert set(acknowledged) <= set(names)
    assert shelf.faults() == []
    with shelf.library.reading() as db:
        for name in names:
            version = catalogue.read_version(db, name)
            texts = tuple(version.slice(p) for p in version.paragraphs)
            assert texts == sources.paragraphs[name]
    for name in names:
        for word in sources.words[name]:
            assert shelf.lexical(word) == [name]
        assert {shelf.nearest(p).article_id for p in sources.paragraphs[name]} == {name}
    assert shelf.library.dense.damage is None


def check_after_kill(shelve, folder, sources, acknowledged):
    try:
        shelf = shelve(folder, create=False)
    except LibraryNotFound:
        assert not acknowledged
        shelf = shelve(folder)
    check_whole(shelf, sources, acknowledged)
    before, old = shelf.names(), generation(shelf)
    counts = finish(shelf, sources)
    assert (counts["unchanged"], counts["added"]) == (len(before), ARTICLES - len(before))
    assert shelf.names() == sorted(sources.paragraphs)
    check_whole(shelf, sources, sources.paragraphs)
    new = generation(shelf)
    assert new.count == len(shelf.active()) > 0
    if new != old:  # what the killed process left of an index has been swept away
        kept = {new.name, old.name if old else new.name}
        assert {path.name for path in (folder / "chroma").iterdir()} == kept


def generation(shelf):
    with shelf.library.reading() as db:
        return published(db)


@pytest.fixture
def sources(tmp_path, make_sources):
    return make_sources(tmp_path / "sources", ARTICLES)


class TestWhileAdding:
    @pytest.mark.parametrize("seed", range(3))
    def test_at_a_random_moment(self, tmp_path, start, shelve, sources, seed):
        heard = random.Random(seed).randrange(1, 3 * ARTICLES)
        child = start("add", tmp_path / "library", sources.folder)
        for _ in range(heard):
            child.hear()
        child.kill()
        check_after_kill(shelve, tmp_path / "library", sources, child.acknowledged)

    @pytest.mark.parametrize("n", [2, 25, 61, 100])
    def test_before_a_statement(self, tmp_path, start, shelve, sources, n):
        die = {"at": "statement", "n": n}
        child = start("add", tmp_path / "library", sources.folder, die=die)
        assert child.finish() == SIGKILL
        check_after_kill(shelve, tmp_path / "library", sources, child.acknowledged)

    @pytest.mark.parametrize("n", [1, 12])
    def test_before_a_commit(self, tmp_path, start, shelve, sources, n):
        child = start("add", tmp_path / "library", sources.folder, die={"at": "commit", "n": n})
        assert child.finish() == SIGKILL
        check_after_kill(shelve, tmp_path / "library", sources, child.acknowledged)

    @pytest.mark.parametrize(
        ("call", "when"),
        [
            ("rag.library.indexing:_upsert", "before"),
            ("rag.library.indexing:_finished", "before"),
            ("rag.library.indexing:_finished", "after"),
            ("rag.library.vectors:sweep", "before"),
        ],
    )
    def test_while_the_index_is_written(self, tmp_path, start, shelve, sources, call, when):
        die = {"at": call, "when": when}
        child = start("add", tmp_path / "library", sources.folder, die=die)
        assert child.finish() == SIGKILL
        assert len(child.acknowledged) == ARTICLES
        check_after_kill(shelve, tmp_path / "library", sources, child.acknowledged)

    def test_while_the_library_is_made(self, tmp_path, start, shelve, sources):
        die = {"at": "rag.library.library:_fill", "when": "after"}
        assert start("add", tmp_path / "library", sources.folder, die=die).finish() == SIGKILL
        assert not (tmp_path / "library/catalogue.db").exists()
        check_after_kill(shelve, tmp_path / "library", sources, [])

    def test_adding_to_a_library_that_stands(self, tmp_path, start, shelve, sources):
        shelf = shelve(tmp_path / "library")
        finish(shelf, sources)
        more = sources.folder / "report-003.md"
        more.write_text(more.read_text().replace("Word003x2h.", "changed."))
        die = {"at": "commit", "n": 4}
        child = start("add", shelf.folder, sources.folder, die=die)
        assert child.finish() == SIGKILL
        # The change of the one article was not committed: its old version is there, and found.
        check_whole(shelf, sources, sources.paragraphs)
        counts = finish(shelf, sources)
        assert (counts["updated"], counts["unchanged"]) == (1, ARTICLES - 1)


class TestWhileRepairing:
    @pytest.mark.parametrize(
        ("call", "when"),
        [
            ("rag.library.indexing:_upsert", "after"),
            ("rag.library.vectors:check_files", "before"),
            ("rag.library.writer:put_meta", "after"),
            ("rag.library.vectors:sweep", "after"),
        ],
    )
    def test_the_old_index_or_the_new_answers(self, tmp_path, start, shelve, sources, call, when):
        shelf = shelve(tmp_path / "library")
        finish(shelf, sources)
        assert start("publish", shelf.folder, die={"at": call, "when": when}).finish() == SIGKILL
        again = shelve(tmp_path / "library")
        check_whole(again, sources, sources.paragraphs)
        assert again.publish(force=True)
        check_whole(again, sources, sources.paragraphs)
        check_whole(shelf, sources, sources.paragraphs)
