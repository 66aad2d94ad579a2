"""Many threads, and more than one process's worth of stores, on one file."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from rag.errors import LibraryLocked
from ui.store import database
from ui.store.records import Asked, Feedback
from ui.store.store import open_store

from .making import reply

THREADS = 24
PUTS = 5


def at_once(work):
    """Run it in many threads that start together; return what each returned."""
    gate = threading.Barrier(THREADS)

    def run(number):
        gate.wait()
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(run, range(THREADS)))


def test_readers_at_once(path):
    """With the machine's own clock: each has their own, in order, and all of it."""
    store = open_store(path)

    def work(number):
        reader = f"reader{number}"
        conversation = store.begin(reader, f"Talk {number}").id
        put = []
        for n in range(PUTS):
            put.append(store.put(reader, conversation, Asked(), reply(f"word{number}x{n}")))
            assert list(store.exchanges(reader, conversation)) == put
            store.say(reader, Feedback(put[-1].id, "good"))
            [found] = store.conversations(reader, f"word{number}x{n}")
            assert found.id == conversation
        return conversation, put

    for number, (conversation, put) in enumerate(at_once(work)):
        assert list(store.exchanges(f"reader{number}", conversation)) == put
        assert [c.id for c in store.conversations(f"reader{number}")] == [conversation]
    assert len(store.feedback()) == THREADS * PUTS
    store.close()


def test_one_conversation_from_many_threads(path):
    """Nothing is lost, and `after` drops whole answers: one of these is left."""
    store = open_store(path)
    conversation = store.begin("ada", "Talk").id
    put = at_once(lambda n: store.put("ada", conversation, Asked(), reply(f"Question {n}?")))
    kept = store.exchanges("ada", conversation)
    assert sorted(e.id for e in kept) == sorted(e.id for e in put)
    put = at_once(lambda n: store.put("ada", conversation, Asked(), reply("Again?"), after=""))
    [left] = store.exchanges("ada", conversation)
    assert left in put
    store.close()


def test_writes_of_threads_wait_for_each_other(path, opened, monkeypatch):
    """Each in its turn, however long the others take: SQLite's own waiting is not needed."""
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    store = opened(path)
    assert (
        len({begun.id for begun in at_once(lambda n: store.begin("ada", f"Talk {n}"))}) == THREADS
    )
    assert len(store.conversations("ada")) == THREADS


def test_two_stores_on_one_file(path, opened):
    """As two processes have: each sees at once what the other has put."""
    one, two = opened(path), opened(path)
    conversation = one.begin("ada", "Talk").id
    first = one.put("ada", conversation, Asked(), reply("First?"))
    second = two.put("ada", conversation, Asked(), reply("Second?"))
    assert one.exchanges("ada", conversation) == (first, second)
    assert two.exchanges("ada", conversation) == (first, second)


def test_a_write_waits_no_longer_than_it_may(path, opened, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    one, two = opened(path), opened(path)
    conversation = one.begin("ada", "Talk")
    with one._database.writing():
        assert two.conversations("ada") == (conversation,)  # a read does not wait
        with pytest.raises(LibraryLocked, match="Try again"):
            two.begin("ada", "Other")
    assert two.begin("ada", "Other").title == "Other"
