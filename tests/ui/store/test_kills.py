"""Killed at any moment: what was acknowledged is there, and the file is whole."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from ui.store.records import Asked

from .making import reply

REPOSITORY = Path(__file__).parents[3]
CHILD = Path(__file__).with_name("child.py")


@contextmanager
def child(path, *arguments):
    command = [sys.executable, str(CHILD), str(path), *map(str, arguments)]
    places = os.pathsep.join([str(REPOSITORY), str(CHILD.parent)])
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": places}
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def heard(process, until=None):
    """Kill it once `until` answers were acknowledged; return its conversation and the answers."""
    conversation, told = process.stdout.readline().strip(), []
    for line in process.stdout:
        number, exchange = line.split()
        told.append((int(number), exchange))
        if len(told) == until:
            process.kill()
    assert process.wait() == -signal.SIGKILL
    return conversation, told


def standing(told):
    """What should be left of them: every third takes the place of the one before."""
    left = []
    for number, exchange in told:
        if number % 3 == 0:
            left.pop()
        left.append((number, exchange))
    return left


def check_whole(store, path, conversation, told):
    exchanges = [
        (int(e.reply.question.removeprefix("Question number").rstrip("?")), e.id)
        for e in store.exchanges("ada", conversation)
    ]
    # The one at hand may be kept without having been acknowledged, or not, but never half of it.
    number = len(told) + 1
    with_it = standing([*told, (number, None)])
    expected = standing(told)
    if exchanges != expected:
        assert exchanges[:-1] == with_it[:-1]
        assert exchanges[-1][0] == number
    found = [c.id for c in store.conversations("ada", f"number{exchanges[-1][0]}")]
    assert conversation in found
    for number, exchange in exchanges:
        assert store.answer(exchange).reply == reply(
            f"Question number{number}?", "A long answer. " * 200
        )
    with closing(sqlite3.connect(path)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = {row for (row,) in db.execute("SELECT number FROM exchanges")}
        assert rows == {row for (row,) in db.execute("SELECT rowid FROM exchange_words")}
    put = store.put("ada", conversation, Asked(), reply("After?"))
    assert store.exchanges("ada", conversation)[-1] == put


def test_killed_while_putting(path, opened):
    """Five times on one file, each time after some more answers."""
    chance = random.Random(6)
    for _ in range(5):
        with child(path) as process:
            conversation, told = heard(process, until=chance.randint(5, 60))
        check_whole(opened(path), path, conversation, told)


@pytest.mark.parametrize("statement", [2, 5, 7, 9, 18, 20, 21, 22, 23])
def test_killed_at_a_statement(path, opened, statement):
    """Also between dropping what follows and putting what takes its place."""
    with child(path, statement) as process:
        conversation, told = heard(process)
    store = opened(path)
    if told:
        check_whole(store, path, conversation, told)
    else:
        assert store.exchanges("ada", conversation) == ()
