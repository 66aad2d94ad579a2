"""Signed-in readers."""

import sqlite3
from contextlib import closing
from hashlib import sha256

import pytest


def test_a_session_is_its_users(store, opened, path):
    ada, ben = store.sign_in("ada"), store.sign_in("ben")
    assert ada != ben
    assert len(ada) >= 32
    assert (store.signed_in(ada), store.signed_in(ben)) == ("ada", "ben")
    store.close()
    assert opened(path).signed_in(ada) == "ada"


def test_signing_out_ends_one(store):
    desk, phone = store.sign_in("ada"), store.sign_in("ada")
    store.sign_out(desk)
    store.sign_out("none")
    assert (store.signed_in(desk), store.signed_in(phone)) == (None, "ada")


def test_it_ends_after_thirty_days(store, clock, path):
    old = store.sign_in("ada")
    clock.forward(days=30, seconds=-5)
    assert store.signed_in(old) == "ada"
    clock.forward(seconds=5)
    assert store.signed_in(old) is None
    new = store.sign_in("ada")
    assert store.signed_in(new) == "ada"
    with closing(sqlite3.connect(path)) as db:
        digests = [row[0] for row in db.execute("SELECT token_sha256 FROM sessions")]
    assert digests == [sha256(new.encode()).hexdigest()]  # the old one is forgotten


@pytest.mark.parametrize("token", ["", "\ud800", "a\0", "' OR 1=1 --", "x" * 10_000])
def test_no_session(store, token):
    store.sign_in("ada")
    assert store.signed_in(token) is None
    store.sign_out(token)


def test_the_token_itself_is_not_in_the_file(store, path):
    token = store.sign_in("ada")
    store.close()
    assert token.encode() not in b"".join(f.read_bytes() for f in path.parent.iterdir())
