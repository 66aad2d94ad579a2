"""The page in a real browser: first use, weight, and the time from Enter to the answer."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any

from evals.bench.place import DataMissing

_BOX = "#question textarea"
_TIMEOUT_MS = 60_000
_SETTLING_MS = 2_000

_WATCH = """() => {
    const count = (selector) => document.querySelectorAll(selector).length;
    const before = { sources: count("#chat .sources, #chat .answer"), whole: count("#chat .meta") };
    const began = performance.now();
    window.datelineTimes = new Promise((resolve) => {
        const times = {};
        const look = () => {
            const now = performance.now() - began;
            if (times.sources === undefined
                && count("#chat .sources, #chat .answer") > before.sources) times.sources = now;
            if (count("#chat .meta") > before.whole) resolve({ ...times, whole: now });
            else if (now > 60000) resolve(null);
            else requestAnimationFrame(look);
        };
        look();
    });
}"""
"""Begins to look, at every frame that is drawn, for the sources and for the finished answer."""


@dataclass(slots=True)
class Seen:
    """What a browser saw: seconds, and what it fetched for the page without a cache."""

    usable_s: float = 0.0
    bytes: int = 0
    requests: int = 0
    elsewhere: list[str] = field(default_factory=list)
    sources_s: list[float] = field(default_factory=list)
    whole_s: list[float] = field(default_factory=list)


def seen(browser: Any, address: str, questions: Sequence[str], *, started: float) -> Seen:  # noqa: ANN401
    """Open the page, ask each question in a conversation of its own, and tell what was seen.

    `browser` is playwright's; `started` is when the server was started (`perf_counter`).
    """
    found = Seen()
    with closing(browser.new_page()) as page:
        transfer = page.context.new_cdp_session(page)
        transfer.send("Network.enable")
        transfer.on("Network.loadingFinished", lambda event: _weigh(found, event))
        page.on("request", lambda request: _look(found, address, request.url))
        _open(page, address)
        found.usable_s = perf_counter() - started
        page.wait_for_timeout(_SETTLING_MS)  # the network is never idle: the page holds a stream
        transfer.send("Network.disable")
        for question in questions:
            _ask(found, page, question)
            _open(page, address)
    return found


def _open(page: Any, address: str) -> None:  # noqa: ANN401 (playwright's)
    """Open a new conversation, and wait until it can be asked in."""
    page.goto(address)
    page.locator("#chat .welcome").wait_for(timeout=_TIMEOUT_MS)
    page.locator(_BOX).wait_for(timeout=_TIMEOUT_MS)


def _ask(found: Seen, page: Any, question: str) -> None:  # noqa: ANN401 (playwright's)
    box = page.locator(_BOX)
    box.fill(question)
    page.evaluate(_WATCH)
    box.press("Enter")
    times = page.evaluate("() => window.datelineTimes")
    if times is None:
        raise TimeoutError(f"The page did not answer {question!r} within a minute.")
    found.sources_s.append(times["sources"] / 1000)
    found.whole_s.append(times["whole"] / 1000)


def _weigh(found: Seen, event: dict[str, Any]) -> None:
    found.bytes += int(event["encodedDataLength"])
    found.requests += 1


def _look(found: Seen, address: str, url: str) -> None:
    if not url.startswith((address, "data:", "blob:")):
        found.elsewhere.append(url)


@contextmanager
def browsing() -> Iterator[Any]:
    """Give a Chromium; raises DataMissing where there is none."""
    from playwright.sync_api import Error, sync_playwright

    names = ("chromium", "chromium-browser", "google-chrome")
    path = os.environ.get("DATELINE_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        except Error as error:
            raise DataMissing(
                "There is no Chromium; install Debian's package chromium, or name one in "
                "DATELINE_CHROMIUM."
            ) from error
        try:
            yield browser
        finally:
            browser.close()
