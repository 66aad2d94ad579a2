"""Puts answers until it is killed, and says of each that it is kept: `child.py FILE [STATEMENT]`.

Every third answer drops the one before it, as editing a question does. With a number it kills
itself, as `kill -9` would, before that statement of the database after it is ready.
"""

import os
import signal
import sys
from pathlib import Path

from making import reply
from sqlalchemy import Engine, event

from ui.store.records import Asked
from ui.store.store import open_store


def die_at(statement):
    left = [statement]

    def count(*_):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)


def tell(*words):
    sys.stdout.write(" ".join(map(str, words)) + "\n")
    sys.stdout.flush()


store = open_store(Path(sys.argv[1]))
conversation = store.begin("ada", "Killed").id
tell(conversation)
if len(sys.argv) > 2:
    die_at(int(sys.argv[2]))
before = [""]
for number in range(1, 10_000):
    asked = reply(f"Question number{number}?", "A long answer. " * 200)
    after = before[-2] if number % 3 == 0 else None
    put = store.put("ada", conversation, Asked(), asked, after=after)
    if after is not None:
        before.pop()
    before.append(put.id)
    tell(number, put.id)
