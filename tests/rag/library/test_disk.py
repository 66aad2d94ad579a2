"""A full disk, a folder that cannot be written to, and errors in the middle of a write."""

import errno
import sqlite3
import subprocess

import pytest
from sqlalchemy import Engine, event

from ingest.pipeline import Adder
from rag.errors import DiskFull, LibraryError, LibraryReadOnly
from rag.library import catalogue, database, indexing
from rag.library.database import explain
from rag.library.dense import published

ARTICLES = 6


def finish(shelf, sources):
    return Adder(shelf.library, shelf.embedder, None, 12).run([str(sources.folder)]).counts()


def check_whole(shelf, sources, acknowledged):
    assert set(acknowledged) <= set(shelf.names())
    assert shelf.faults() == []
    for name in shelf.names():
        with shelf.library.reading() as db:
            version = catalogue.read_version(db, name)
        assert tuple(map(version.slice, version.paragraphs)) == sources.paragraphs[name]
        assert all(shelf.lexical(word) == [name] for word in sources.words[name])
        assert shelf.nearest(sources.paragraphs[name][0]).article_id == name


@pytest.fixture
def sources(tmp_path, make_sources):
    return make_sources(tmp_path / "sources", ARTICLES)


class TestFullDisk:
    def test_a_small_disk(self, disk, shelve, make_sources, tmp_path):
        """Filled until nothing more goes in; then some room is made."""
        sources = make_sources(tmp_path / "many", 60)
        place = disk("3m")
        ballast = place / "ballast"
        ballast.write_bytes(bytes(2 * 2**20))
        shelf = shelve(place / "library")
        kept = []
        adder = Adder(shelf.library, shelf.embedder, None, 12)
        with pytest.raises(DiskFull) as caught:
            adder.run([str(sources.folder)])
        kept = [item.article_id for item in adder.report.of("added")]
        assert "make room" in str(caught.value).lower()
        assert "\n" not in str(caught.value)
        assert 0 < len(kept) < 60
        check_whole(shelf, sources, kept)
        check_whole(shelve(place / "library", create=False), sources, kept)
        ballast.unlink()
        subprocess.run(["mount", "-o", "remount,size=32m", str(place)], check=True)
        counts = finish(shelf, sources)
        assert (counts["unchanged"], counts["added"]) == (len(kept), 60 - len(kept))

    def test_no_room_for_the_index(self, shelf, sources, monkeypatch):
        monkeypatch.setattr(indexing, "is_full", lambda _root, wanted=0: wanted > 2**20)
        with pytest.raises(DiskFull, match="the articles are kept") as caught:
            finish(shelf, sources)
        assert "doctor --repair" in str(caught.value)
        check_whole(shelf, sources, sources.paragraphs)
        assert not list((shelf.folder / "chroma").glob("*"))
        monkeypatch.undo()
        assert finish(shelf, sources)["unchanged"] == ARTICLES
        with shelf.library.reading() as db:
            assert published(db) is not None

    @pytest.mark.parametrize("pages", [0, 5, 10, 15])
    def test_a_database_that_may_not_grow(self, tmp_path, shelf, make_sources, pages):
        sources = make_sources(tmp_path / "long", ARTICLES, paragraphs=40)
        with shelf.library.reading() as db:
            most = db.exec_driver_sql("PRAGMA page_count").scalar_one() + pages

        def limit(connection, _record):
            connection.execute(f"PRAGMA max_page_count={most}")

        event.listen(shelf.library._engine, "connect", limit)
        shelf.library._engine.dispose()
        adder = Adder(shelf.library, shelf.embedder, None, 12)
        with pytest.raises(DiskFull, match="Nothing of the article at hand was kept"):
            adder.run([str(sources.folder)])
        kept = [item.article_id for item in adder.report.of("added")]
        assert shelf.names() == kept
        check_whole(shelf, sources, kept)
        again = shelf.reopen()
        assert finish(again, sources)["added"] == ARTICLES - len(kept)
        check_whole(again, sources, sources.paragraphs)

    def test_no_room_for_a_library(self, disk, shelve):
        place = disk("64k")
        (place / "ballast").write_bytes(bytes(56 * 1024))
        with pytest.raises(DiskFull):
            shelve(place / "library")
        (place / "ballast").unlink()
        assert not (place / "library/catalogue.db").exists()


class TestReadOnly:
    @pytest.mark.parametrize("checkpointed", [True, False])
    def test_it_is_read_and_not_written(self, shelf, shelve, lock_up, checkpointed):
        """Also what lies in the log of a writer that was killed."""
        shelf.add("one", "two", publish=True)
        shelf.library.checkpoint()
        if not checkpointed:
            shelf.add("three")
        folder = lock_up(shelf.folder)
        locked = shelve(folder, create=False)
        names = ["one", "two"] if checkpointed else ["one", "three", "two"]
        assert locked.names() == names
        for name in names:
            assert locked.lexical(f"{name}word") == [name]
            assert locked.nearest(f"{name}word").article_id == name
        assert not locked.library.heal()
        for action in (locked.publish, lambda: locked.add("four")):
            with pytest.raises(LibraryReadOnly, match="permissions") as caught:
                action()
            assert repr(str(folder)) in str(caught.value)
        assert locked.names() == names

    def test_no_library_is_made_there(self, tmp_path, shelve, lock_up):
        (tmp_path / "empty").mkdir()
        folder = lock_up(tmp_path / "empty")
        for place in (folder, folder / "below"):
            with pytest.raises(LibraryReadOnly):
                shelve(place)


class TestErrorWhileWriting:
    def test_at_every_statement(self, shelf):
        """An I/O error at the n-th statement of one addition, for every n."""
        shelf.add("one", "two", publish=True)
        article = shelf.article("three", "A threeword.", "Another of these here.")
        stored = shelf.stored(article)
        reached = 0
        with shelf.library.writing() as writer:
            while True:
                said = ""
                with failing(reached + 1) as fault:
                    try:
                        writer.put(article, stored)
                    except LibraryError as error:
                        said = str(error)
                assert ("disk I/O error" in said) == fault.raised
                if not fault.raised:
                    break
                reached += 1
                assert shelf.names() == ["one", "two"]
                assert shelf.lexical("threeword") == []
                assert len(shelf.dense("threeword")) == 2
                assert shelf.faults() == []
        assert reached > 10
        assert shelf.names() == ["one", "three", "two"]
        assert shelf.lexical("threeword") == ["three"]

    def test_at_every_statement_of_a_removal(self, shelf):
        shelf.add("one", "two", publish=True)
        reached = 0
        with shelf.library.writing() as writer:
            while True:
                with failing(reached + 1) as fault:
                    try:
                        writer.remove(["one", "two"])
                    except LibraryError:
                        assert fault.raised
                if not fault.raised:
                    break
                reached += 1
                assert shelf.names() == ["one", "two"]
                assert shelf.lexical("oneword") == ["one"]
        assert reached > 6
        assert shelf.names() == []

    @pytest.mark.parametrize("file_bytes", [40_000, 90_000, 180_000, 300_000, 420_000])
    def test_a_file_that_may_not_grow(self, tmp_path, shelve, start, sources, file_bytes):
        """The system itself fails the write: in the log, the catalogue or the index."""
        child = start("add", tmp_path / "library", sources.folder, file_bytes=file_bytes)
        child.until("error")
        child.finish()
        kind, said = child.told[-1][1:]
        assert kind in {"LibraryError", "DiskFull"}
        assert "\n" not in said
        shelf = shelve(tmp_path / "library")
        check_whole(shelf, sources, child.acknowledged)
        assert finish(shelf, sources)["unchanged"] == len(child.acknowledged)
        check_whole(shelf, sources, sources.paragraphs)
        assert shelf.library.dense.damage is None


class failing:  # noqa: N801 (a context)
    """The n-th statement from here fails as a disk does."""

    def __init__(self, n):
        self.left, self.raised = n, False

    def __enter__(self):
        event.listen(Engine, "before_cursor_execute", self)
        return self

    def __exit__(self, *_):
        event.remove(Engine, "before_cursor_execute", self)

    def __call__(self, *_):
        self.left -= 1
        if self.left == 0:
            self.raised = True
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_WRITE
            raise error


class TestWords:
    """The kind of an error is told by its code, whatever words and names it holds."""

    @pytest.mark.parametrize(
        ("error", "kind"),
        [
            (OSError(errno.ENOSPC, "No space left on device"), DiskFull),
            (OSError(errno.EDQUOT, "Disk quota exceeded"), DiskFull),
            (PermissionError(errno.EACCES, "Permission denied", "/full/text"), LibraryReadOnly),
            (OSError(errno.EROFS, "Read-only file system"), LibraryReadOnly),
            (OSError(errno.EIO, "Input/output error", "/permission/full"), LibraryError),
            (sqlite3.OperationalError("no such column: full_text"), LibraryError),
        ],
    )
    def test_kinds(self, tmp_path, error, kind):
        told = explain(error, tmp_path)
        assert type(told) is kind
        assert repr(str(tmp_path)) in str(told)

    def test_a_failed_write_on_a_full_disk(self, tmp_path, monkeypatch):
        error = sqlite3.OperationalError("disk I/O error")
        error.sqlite_errorcode = sqlite3.SQLITE_IOERR
        assert type(explain(error, tmp_path)) is LibraryError
        monkeypatch.setattr(database, "is_full", lambda _folder: True)
        assert type(explain(error, tmp_path)) is DiskFull
