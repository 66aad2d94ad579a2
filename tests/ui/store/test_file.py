"""The file: made, newer, damaged, read-only, on a full disk."""

import random
import sqlite3
import stat
import subprocess
from contextlib import closing

import pytest
from sqlalchemy import event

from rag.errors import DiskFull, LibraryDamaged, LibraryError, LibraryMismatch, LibraryReadOnly
from ui.store.records import Asked, Feedback
from ui.store.store import open_store

from .making import Clock, reply

ADA = "ada"


def fill(store, answers=10):
    conversation = store.begin(ADA, "Talk")
    for n in range(answers):
        put = store.put(ADA, conversation.id, Asked(), reply(f"Question {n}?", "Long. " * 300))
        store.say(ADA, Feedback(put.id, "good"))
    store.sign_in(ADA)
    return conversation


def use_everything(store):
    """Read it all, then write."""
    for conversation in store.conversations(ADA):
        for exchange in store.exchanges(ADA, conversation.id):
            store.answer(exchange.id)
    store.feedback()
    store.conversations(ADA, "question 7")
    store.seconds("extractive")
    store.signed_in("token")
    fill(store, answers=2)


def trial_of(path):
    """Use everything in a file; return what Dateline said against it."""
    try:
        with closing(open_store(path, clock=Clock())) as store:
            use_everything(store)
    except LibraryError as error:
        return error
    return None


def run_sql(path, statement):
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute(statement)


def test_only_the_server_may_read_it(store, path):
    fill(store)
    modes = {f.name: stat.S_IMODE(f.stat().st_mode) for f in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}, modes


def test_it_is_wal(store, path):
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_newer_file_is_refused_and_left_as_it_is(store, path, opened):
    conversation = fill(store)
    store.close()
    run_sql(path, "PRAGMA user_version=99")
    with pytest.raises(LibraryMismatch, match=r"newer Dateline \(format 99"):
        open_store(path)
    run_sql(path, "PRAGMA user_version=1")
    assert len(opened(path).exchanges(ADA, conversation.id)) == 10


def test_an_empty_file_is_filled(path, opened):
    path.parent.mkdir()
    path.touch()
    store = opened(path)
    assert len(store.exchanges(ADA, fill(store).id)) == 10


class TestDamaged:
    def check(self, caught, path):
        said = str(caught.value)
        assert repr(str(path)) in said
        assert "move the file away" in said
        assert "articles are not in it" in said
        assert "\n" not in said

    def test_not_a_database(self, path):
        path.parent.mkdir()
        path.write_bytes(b"These are not the conversations. " * 500)
        with pytest.raises(LibraryDamaged) as caught:
            open_store(path)
        self.check(caught, path)

    @pytest.mark.parametrize("table", ["conversations", "exchanges", "exchange_words"])
    def test_a_table_is_missing(self, store, path, opened, table):
        store.close()
        run_sql(path, f"DROP TABLE {table}")
        with pytest.raises(LibraryDamaged) as caught:
            use_everything(opened(path))
        self.check(caught, path)

    def test_cut_short(self, store, path, opened):
        fill(store, answers=60)
        store.close()
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 3])
        with pytest.raises(LibraryDamaged) as caught:
            use_everything(opened(path))
        self.check(caught, path)

    def test_text_that_is_none(self, store, path):
        conversation = fill(store)
        run_sql(path, "UPDATE conversations SET title = CAST(x'ff41' AS TEXT)")
        with pytest.raises(LibraryDamaged) as caught:
            store.conversation(ADA, conversation.id)
        self.check(caught, path)

    def test_any_page(self, store, path, tmp_path):
        """Pages overwritten anywhere: it is used, or refused in words, and never anything else."""
        fill(store, answers=60)
        store.close()
        whole, chance, refused = path.read_bytes(), random.Random(6), 0
        for trial in range(40):
            content = bytearray(whole)
            for _ in range(3):
                at = chance.randrange(len(whole) - 512)
                content[at : at + 512] = chance.randbytes(512)
            damaged = tmp_path / f"{trial}.db"
            damaged.write_bytes(content)
            error = trial_of(damaged)
            assert error is None or type(error) is LibraryDamaged, error
            refused += error is not None
        assert refused > 20

    def test_moved_away_it_is_made_again(self, path, opened):
        path.parent.mkdir()
        path.write_bytes(b"no database " * 500)
        with pytest.raises(LibraryDamaged):
            open_store(path)
        path.rename(path.with_suffix(".old"))
        use_everything(opened(path))


class TestFullDisk:
    def test_a_file_that_may_not_grow(self, store, path):
        conversation = fill(store)
        with closing(sqlite3.connect(path)) as db:
            [most] = db.execute("PRAGMA page_count").fetchone()

        @event.listens_for(store._database._engine, "connect")
        def limit(connection, _record):
            connection.execute(f"PRAGMA max_page_count={most}")

        store.close()
        before = store.exchanges(ADA, conversation.id)
        with pytest.raises(DiskFull, match="make room") as caught:
            store.put(ADA, conversation.id, Asked(), reply(answer="Long. " * 5000), after="")
        assert repr(str(path)) in str(caught.value)
        assert store.exchanges(ADA, conversation.id) == before

    def test_a_small_disk(self, disk, opened):
        store = opened(disk / "store.db")
        conversation = store.begin(ADA, "Talk")
        put = []

        def fill_it():
            for n in range(1000):
                given = reply(f"Question {n}?", "Long. " * 500)
                put.append(store.put(ADA, conversation.id, Asked(), given))

        with pytest.raises(DiskFull):
            fill_it()
        assert len(put) > 3
        assert list(store.exchanges(ADA, conversation.id)) == put
        subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
        put.append(store.put(ADA, conversation.id, Asked(), reply("At last?")))
        assert list(store.exchanges(ADA, conversation.id)) == put


class TestReadOnly:
    def test_a_disk(self, disk, opened):
        path = disk / "store.db"
        store = opened(path)
        conversation = store.begin(ADA, "Talk")
        store.close()
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        for use in (lambda: open_store(path), lambda: open_store(disk / "other" / "store.db")):
            with pytest.raises(LibraryReadOnly, match="permissions"):
                use()
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
        assert opened(path).conversations(ADA) == (conversation,)

    def test_a_connection(self, store):
        """What the system refuses to write later, while it runs."""
        conversation = store.begin(ADA, "Talk")

        @event.listens_for(store._database._engine, "connect")
        def read_only(connection, _record):
            connection.execute("PRAGMA query_only=ON")

        store.close()
        with pytest.raises(LibraryReadOnly, match="permissions"):
            store.rename(ADA, conversation.id, "Other")
        assert store.conversations(ADA) == (conversation,)
