"""A served site for tests: its application, its readers, and a generator that waits."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from rag.asked import Ask
from ui.service.app import install, openapi_app
from ui.site import Site

WAIT = 20.0
"""Seconds after which a test that waits for another thread has failed."""

QUESTION = "What did Iran launch?"


class Readers:
    """Takes the reader's name from a header, as the doors take it from a cookie."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers") or ())
        name = headers.get(b"x-reader", b"ada").decode()
        scope.setdefault("state", {})["reader"] = name
        await self._app(scope, receive, send)


def application(site: Site) -> FastAPI:
    """Return the service alone, with readers."""
    app = openapi_app("0")
    install(app, site)
    app.add_middleware(Readers)
    return app


@dataclass
class Gate:
    """A step of a scripted generator that tells when it is reached and waits to be opened.

    It ends too when the question is stopped.
    """

    reached: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    opened: threading.Event = field(default_factory=threading.Event)
    stopped: threading.Event = field(default_factory=threading.Event)

    def __call__(self, ask: Ask) -> None:
        self.reached.release()
        assert ask.stop is not None
        for _ in range(int(WAIT / 0.01)):
            if self.opened.wait(0.01):
                return
            if ask.stop.is_set():
                self.stopped.set()
                return

    def wait(self) -> None:
        assert self.reached.acquire(timeout=WAIT)


def events_of(text: str) -> list[tuple[str, str]]:
    """Return (event, data) of a stream of server-sent events."""
    found = []
    for block in text.split("\n\n"):
        lines = [line.partition(": ")[::2] for line in block.splitlines()]
        fields: dict[str, Any] = {name: value for name, value in lines if name}
        if "data" in fields:
            found.append((fields.get("event", ""), fields["data"]))
    return found


def quietly(work: Callable[[], object]) -> Callable[[], None]:
    """Return work for a thread of which only the effect counts."""

    def run() -> None:
        with suppress(Exception):
            work()

    return run
