"""One writer, any number of readers, in threads and in other processes."""

import inspect
import threading
import time

import pytest

from rag.errors import LibraryLocked
from rag.library import catalogue
from rag.library.library import open_library


class TestSecondWriter:
    def test_another_process_holds_the_lock(self, shelf, start):
        child = start("hold", shelf.folder)
        _, pid = child.until("held")
        began = time.monotonic()
        with pytest.raises(LibraryLocked) as caught, shelf.library.writing():
            pytest.fail("two writers")
        assert time.monotonic() - began < 5
        said = str(caught.value)
        assert f"process {pid}" in said
        assert repr(str(shelf.folder)) in said
        assert "run the same command again" in said
        child.link.send("let go")
        child.until("free")
        child.finish()
        shelf.add("one")
        assert shelf.names() == ["one"]

    def test_the_wait_is_shorter_than_five_seconds(self):
        assert inspect.signature(open_library).parameters["lock_seconds"].default < 5

    def test_a_killed_writer_holds_nothing(self, shelf, start):
        child = start("hold", shelf.folder)
        child.until("held")
        child.kill()
        shelf.add("one")
        assert shelf.names() == ["one"]

    def test_another_thread_of_this_process(self, shelf):
        refused = []

        def write():
            try:
                with shelf.library.writing():
                    pass
            except LibraryLocked as error:
                refused.append(str(error))

        with shelf.library.writing():
            thread = threading.Thread(target=write)
            thread.start()
            thread.join()
        assert len(refused) == 1

    def test_the_second_command_says_so_and_changes_nothing(
        self, tmp_path, shelf, start, make_sources
    ):
        sources = make_sources(tmp_path / "sources", 2)
        with shelf.library.writing():
            child = start("add", shelf.folder, sources.folder)
            kind, said = child.until("error")[1:]
            child.finish()
        assert kind == "LibraryLocked"
        assert "is writing to the library" in said
        assert shelf.names() == []

    def test_reading_needs_no_lock(self, shelf, start, shelve):
        shelf.add("one")
        child = start("hold", shelf.folder)
        child.until("held")
        assert shelve(shelf.folder, create=False).nearest("oneword").article_id == "one"


class TestReaderBesideAWriter:
    def test_it_sees_what_another_process_adds(self, tmp_path, shelf, start, make_sources):
        shelf.add("one", "two", publish=True)
        assert shelf.nearest("oneword").article_id == "one"
        sources = make_sources(tmp_path / "sources", 8)
        child = start("add", shelf.folder, sources.folder)
        seen = 0
        while child.hear() is not None:
            # Each at the next question after it was acknowledged, without opening again.
            for name in child.acknowledged[seen:]:
                word = sources.words[name][0]
                assert shelf.lexical(word) == [name]
                assert shelf.nearest(sources.paragraphs[name][0]).article_id == name
                assert shelf.nearest("oneword").article_id == "one"
                seen += 1
        assert seen == 8
        assert shelf.library.stats().articles == 10
        assert shelf.library.dense.damage is None
        assert len(shelf.dense("anything", 100)) == len(shelf.active())

    def test_a_question_sees_one_state(self, shelf, shelve):
        """What is committed while a question is answered does not change its ground."""
        shelf.add("one", "two", publish=True)
        other = shelve(shelf.folder)
        with other.library.reading() as db:
            before = catalogue.stats(db)
            shelf.add("three", publish=True)
            with shelf.library.writing() as writer:
                writer.remove(["one"])
                # Twice: the index that the question began with is swept away.
                writer.publish(force=True)
                writer.publish(force=True)
            # Another thread's question has moved the process to the newest state.
            assert {n for n, _ in other.dense("threeword")} == {2, 3}
            hits = other.library.dense.search(db, other.embedder.query("oneword"), 10)
            assert catalogue.stats(db) == before
            assert {n for n, _ in hits} == {1, 2}
            assert other.library.dense.damage is None
        assert {n for n, _ in other.dense("oneword")} == {2, 3}
        assert other.library.dense.damage is None


def test_threads_adding_and_asking(shelf):
    """Four ask while one adds, publishes and removes: every acknowledged article is found."""
    shelf.add("zero", "first", publish=True)
    kept, done, failures, asked = ["zero", "first"], threading.Event(), [], []

    def ask(turn):
        try:
            while not done.is_set():
                name = kept[(len(asked) * 7 + turn) % len(kept)]
                asked.append(name)
                assert shelf.lexical(f"{name}word") == [name]
                found = shelf.nearest(f"{name.title()}\nThe word of {name} is {name}word.")
                assert found.article_id == name
                assert shelf.lexical("goneword") in ([], ["gone"])
        except BaseException as error:  # noqa: BLE001 (told by the main thread)
            failures.append(error)

    askers = [threading.Thread(target=ask, args=(turn,)) for turn in range(4)]
    for asker in askers:
        asker.start()
    with shelf.library.writing() as writer:
        for number in range(25):
            name = f"name{number}"
            shelf.put(shelf.article(name), writer)
            kept.append(name)
            if number % 6 == 5:
                shelf.put(shelf.article("gone"), writer)
                writer.publish(force=number % 12 == 5)
                writer.remove(["gone"])
    done.set()
    for asker in askers:
        asker.join()
    if failures:
        raise failures[0]
    assert len(asked) > 10
    assert shelf.names() == sorted(kept)
    assert shelf.faults() == []
    assert shelf.library.dense.damage is None


def test_opened_by_many_threads_at_once(shelf, shelve):
    shelf.add("one", "two", publish=True)
    found, failures = [], []

    vector = shelf.embedder.query("oneword")

    def look():
        try:
            for _ in range(4):
                library = open_library(shelf.folder, embedding="hashing-64")
                with library.reading() as db:
                    found.append(len(library.dense.search(db, vector, 5)))
                with library.transaction() as db:  # not opened as if it could not be written to
                    db.exec_driver_sql("UPDATE meta SET value = value")
                library.close()
        except BaseException as error:  # noqa: BLE001 (told by the main thread)
            failures.append(error)

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert found == [2] * 32
