"""A damaged vector index is named, never used, and built again; the answers stay the same."""

import logging
import pickle
import random
import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from rag.errors import DiskFull
from rag.library import library as library_module
from rag.library import vectors
from rag.library.dense import published
from rag.library.library import Writer
from rag.library.writer import put_meta

ARTICLES = [f"report{number}" for number in range(40)]
QUESTIONS = [f"{name}word" for name in ARTICLES[::8]]
NATIVE = ("data_level0.bin", "header.bin", "index_metadata.pickle", "length.bin", "link_lists.bin")


@pytest.fixture(scope="module")
def original(tmp_path_factory):
    return tmp_path_factory.mktemp("original") / "library"


@pytest.fixture
def damaged(original, tmp_path, shelve):
    """A shelf with a published index, copied, so that it may be damaged before it is opened."""
    if not original.exists():
        shelf = shelve(original)
        shelf.add(*ARTICLES, publish=True)
        shelf.library.checkpoint()
        shelf.library.close()

    def copied(name="library"):
        shutil.copytree(original, tmp_path / name)
        return shelve(tmp_path / name)

    return copied


def index(shelf):
    with shelf.library.reading() as db:
        return shelf.folder / "chroma" / published(db).name


def native(shelf, name):
    [path] = index(shelf).rglob(name)
    return path


def numbers(hits):
    return [number for number, _ in hits]


def check_right(shelf):
    """Every question is answered as by comparing everything."""
    for question in QUESTIONS:
        assert numbers(shelf.dense(question)) == numbers(shelf.exact(question))


def truncate(path, _chance):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def empty(path, _chance):
    path.write_bytes(b"")


def zero(path, _chance):
    path.write_bytes(bytes(path.stat().st_size))


def flip(path, chance):
    content = bytearray(path.read_bytes())
    for _ in range(min(512, len(content))):
        content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def remove(path, _chance):
    path.unlink()


def lengthen(path, _chance):
    path.write_bytes(path.read_bytes() + b"\0" * 64)


KINDS = (truncate, empty, zero, flip, remove, lengthen)


class TestDamage:
    @pytest.mark.parametrize("name", [*NATIVE, vectors.DATABASE])
    def test_every_file_in_every_way(self, damaged, name):
        for kind in KINDS:
            shelf = damaged(kind.__name__)
            path = native(shelf, name)
            if kind is lengthen and name == vectors.DATABASE:
                continue  # bytes beyond the last page are nothing to SQLite
            before = path.read_bytes()
            kind(path, random.Random(1))
            if path.exists() and path.read_bytes() == before:
                continue  # an empty file was emptied
            check_right(shelf)
            assert shelf.library.dense.damage, kind.__name__
            assert name in shelf.library.dense.damage
            shelf.library.close()

    def test_random_damage(self, damaged):
        """30 files, some bytes of each changed, zeroed or gone: nothing is silently wrong."""
        chance = random.Random(20240414)
        named = 0
        for trial in range(30):
            shelf = damaged(f"library{trial}")
            path = chance.choice([p for p in index(shelf).rglob("*") if p.is_file()])
            kind, before = chance.choice(KINDS), path.read_bytes()
            if path.name == vectors.DATABASE and chance.random() < 0.7:
                kind = one_bit
            kind(path, chance)
            changed = not path.exists() or path.read_bytes() != before
            check_right(shelf)
            if changed and path.name != vectors.DATABASE:
                assert shelf.library.dense.damage
            named += shelf.library.dense.damage is not None
            assert shelf.publish(force=True)
            check_right(shelf)
            assert shelf.library.dense.damage is None
            shelf.library.close()
        assert named >= 20

    def test_words_in_the_database_that_are_no_text(self, damaged):
        """SQLite quotes a broken statement in its message, which Python then cannot read."""
        shelf = damaged()
        path = index(shelf) / vectors.DATABASE
        path.write_bytes(path.read_bytes().replace(b"CREATE TABLE", b"CREATE T\xbeBLE"))
        check_right(shelf)
        assert shelf.library.dense.damage is not None

    def test_a_foreign_file(self, damaged):
        shelf = damaged()
        (index(shelf) / "extra.bin").write_bytes(b"x")
        check_right(shelf)
        assert "extra.bin" in shelf.library.dense.damage

    @pytest.mark.parametrize("name", ["chroma", "chroma/*", "chroma/*/*-*"])
    def test_missing_folders(self, damaged, name):
        shelf = damaged()
        for folder in list(shelf.folder.glob(name)):
            if folder.is_dir():
                shutil.rmtree(folder)
        check_right(shelf)
        assert shelf.library.dense.damage
        assert shelf.library.heal()
        check_right(shelf)

    def test_passages_exchanged_in_the_database(self, damaged):
        """The files of the graph and the count are right, and every answer would be wrong."""
        shelf = damaged()
        with closing(sqlite3.connect(index(shelf) / vectors.DATABASE)) as db, db:
            db.execute(
                "UPDATE embeddings SET embedding_id = 'x' || embedding_id WHERE id IN (3, 9)"
            )
            db.execute("UPDATE embeddings SET embedding_id = '9' WHERE embedding_id = 'x3'")
            db.execute("UPDATE embeddings SET embedding_id = '3' WHERE embedding_id = 'x9'")
        check_right(shelf)
        assert vectors.DATABASE in shelf.library.dense.damage

    def test_the_index_of_another_library(self, damaged, shelve, tmp_path):
        shelf, other = damaged(), shelve(tmp_path / "other")
        other.add(*(f"other{number}" for number in range(40)), publish=True)
        place = index(shelf)
        shutil.rmtree(place)
        shutil.copytree(index(other), place)
        check_right(shelf)
        assert shelf.library.dense.damage

    def test_digests_that_agree_do_not_suffice(self, damaged, shelve, tmp_path):
        """Right files of wrong vectors: each canary must find itself."""
        shelf, other = damaged(), shelve(tmp_path / "other")
        other.add(*(f"other{number}" for number in range(40)), publish=True)
        with other.library.reading() as db:
            theirs = published(db)
        shutil.copytree(index(other), shelf.folder / "chroma" / theirs.name)
        with shelf.library.transaction() as db:
            put_meta(db, "index", theirs.as_json())
        check_right(shelf)
        assert "does not find passage" in shelf.library.dense.damage

    def test_an_index_that_fails_when_asked(self, damaged, monkeypatch):
        shelf = damaged()
        check_right(shelf)

        def fail(*_args, **_kwargs):
            raise RuntimeError("gone")

        monkeypatch.setattr("chromadb.Collection.query", fail)
        check_right(shelf)
        assert "gone" in shelf.library.dense.damage

    def test_adding_to_a_damaged_index_builds_it_from_nothing(self, damaged):
        shelf = damaged()
        flip(native(shelf, "data_level0.bin"), random.Random(2))
        shelf.add("new", "newer", publish=True)
        check_right(shelf)
        assert shelf.nearest("newword").article_id == "new"
        assert shelf.library.dense.damage is None

    def test_it_is_told_once(self, damaged, caplog):
        shelf = damaged()
        remove(native(shelf, "header.bin"), None)
        with caplog.at_level(logging.WARNING):
            check_right(shelf)
            shelf.add("new")
            check_right(shelf)
        assert len(caplog.records) == 1
        assert "header.bin is missing" in caplog.text


def one_bit(path, chance):
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


class Payload:
    """What a hostile pickle would be."""

    def __init__(self, touched):
        self.touched = touched

    def __reduce__(self):
        return exec, (f"open({str(self.touched)!r}, 'w').close()",)


class TestPlantedPickle:
    @pytest.mark.parametrize("place", ["instead", "beside", "above"])
    def test_it_is_never_loaded(self, damaged, tmp_path, place):
        shelf = damaged()
        real = native(shelf, "index_metadata.pickle")
        path = {
            "instead": real,
            "beside": real.with_name("index_metadata_2.pickle"),
            "above": index(shelf) / "index_metadata.pickle",
        }[place]
        path.write_bytes(pickle.dumps(Payload(tmp_path / "touched")))
        check_right(shelf)
        assert path.name in shelf.library.dense.damage
        assert shelf.publish(force=True)
        check_right(shelf)
        assert not (tmp_path / "touched").exists()

    def test_the_payload_would_have_worked(self, tmp_path):
        pickle.loads(pickle.dumps(Payload(tmp_path / "touched")))
        assert (tmp_path / "touched").exists()


class TestHealing:
    def test_nothing_is_done_to_a_sound_index(self, damaged):
        shelf = damaged()
        before = index(shelf)
        assert not shelf.library.heal()
        assert index(shelf) == before

    def test_a_damaged_index_is_built_again(self, damaged):
        shelf = damaged()
        flip(native(shelf, "data_level0.bin"), random.Random(3))
        before = index(shelf)
        assert shelf.library.heal()
        check_right(shelf)
        assert shelf.library.dense.damage is None
        assert index(shelf) != before
        again = shelf.reopen()
        check_right(again)
        assert again.library.dense.damage is None

    def test_not_while_another_writes(self, damaged, start):
        shelf = damaged()
        empty(native(shelf, "link_lists.bin"), None)
        zero(native(shelf, "header.bin"), None)
        child = start("hold", shelf.folder)
        child.until("held")
        assert not shelf.library.heal()
        check_right(shelf)
        child.link.send("let go")
        child.finish()
        assert shelf.library.heal()
        check_right(shelf)

    def test_not_again_if_another_process_did(self, damaged, shelve):
        shelf = damaged()
        remove(native(shelf, "header.bin"), None)
        check_right(shelf)
        assert shelve(shelf.folder).library.heal()
        healed = index(shelf)
        assert not shelf.library.heal()
        assert index(shelf) == healed
        check_right(shelf)
        assert shelf.library.dense.damage is None

    def test_not_a_large_one(self, damaged, monkeypatch):
        shelf = damaged()
        remove(native(shelf, "header.bin"), None)
        monkeypatch.setattr(library_module, "HEAL_UP_TO", len(ARTICLES) - 1)
        assert not shelf.library.heal()
        check_right(shelf)
        monkeypatch.setattr(library_module, "HEAL_UP_TO", len(ARTICLES))
        assert shelf.library.heal()

    def test_what_cannot_be_written_is_tried_once(self, damaged, monkeypatch):
        shelf = damaged()
        remove(native(shelf, "header.bin"), None)
        tried = []

        def publish(_writer, **_options):
            tried.append(1)
            raise DiskFull("full")

        monkeypatch.setattr(Writer, "publish", publish)
        assert [shelf.library.heal() for _ in range(3)] == [False] * 3
        assert len(tried) == 1
        check_right(shelf)

    def test_not_where_nothing_can_be_written(self, damaged, shelve, lock_up):
        shelf = damaged()
        remove(native(shelf, "header.bin"), None)
        shelf.library.close()
        locked = shelve(lock_up(shelf.folder), create=False)
        assert not locked.library.heal()
        check_right(locked)


def test_a_generation_of_other_digests_is_not_opened(damaged, monkeypatch):
    """No native code sees files that do not agree."""
    shelf = damaged()
    with shelf.library.reading() as db:
        generation = published(db)
    wrong = replace(generation, files={**generation.files, vectors.DATABASE: "0" * 64})
    monkeypatch.setattr(vectors, "open_client", lambda _folder: pytest.fail("it was opened"))
    with pytest.raises(vectors.IndexDamagedError, match="not the file that was written"):
        vectors.OpenGeneration(shelf.folder, wrong, ([], []))
