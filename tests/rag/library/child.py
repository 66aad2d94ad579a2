"""What another process does to a library; conftest.py runs it with `job`, `link` and the rest.

It says what it has done over the link, and may kill itself, as `kill -9` would, at a moment that
`die` names: before the n-th statement or commit, or before or after the n-th call of a function.
"""

import importlib
import os
import resource
import signal
from pathlib import Path

from sqlalchemy import Engine, event

from ingest.pipeline import Adder
from rag.errors import DatelineError
from rag.library.library import open_library
from rag.models.hashing import HashingEmbedder

job, arguments, options, link = (globals()[n] for n in ("job", "arguments", "options", "link"))


class Telling:
    """Says what is committed, and how far the index is."""

    def begin(self, sources):
        link.send(("begin", sources))

    def source_done(self):
        link.send(("read",))

    def item(self, item):
        link.send(("kept" if item.article_id else "failed", item.article_id or item.why))

    def indexing(self, done, total):
        link.send(("indexing", done, total))


class Death:
    """Kills its own process the n-th time that it is reminded."""

    def __init__(self, n):
        self.left = n

    def __call__(self, *_args, **_kwargs):
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)


def prepare_to_die(*, at, n=1, when="before"):
    death = Death(n)
    if at == "statement":
        event.listen(Engine, "before_cursor_execute", death)
    elif at == "commit":
        event.listen(Engine, "commit", death)
    else:
        module, _, name = at.partition(":")
        module = importlib.import_module(module)
        original = getattr(module, name)

        def deadly(*args, **kwargs):
            if when == "before":
                death()
            result = original(*args, **kwargs)
            if when == "after":
                death()
            return result

        setattr(module, name, deadly)


def opened(folder):
    identity = HashingEmbedder().identity
    return open_library(Path(folder), embedding=identity, create=True, lock_seconds=0.2)


def add(folder, *sources):
    library = opened(folder)
    adder = Adder(library, HashingEmbedder(), None, 12, Telling())
    report = adder.run([str(s) for s in sources])
    link.send(("done", report.counts()))


def publish(folder):
    with opened(folder).writing() as writer:
        link.send(("published", writer.publish(force=True, progress=Telling().indexing)))


def hold(folder):
    """Hold the writer's lock until told to let go."""
    with opened(folder).writing():
        link.send(("held", os.getpid()))
        link.recv()
    link.send(("free",))


if die := options.get("die"):
    prepare_to_die(**die)
if most := options.get("file_bytes"):
    # Beyond this a file cannot grow: a real error of the system in the middle of a write.
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
try:
    {"add": add, "publish": publish, "hold": hold}[job](*arguments)
except DatelineError as error:
    link.send(("error", type(error).__name__, str(error)))
link.close()
