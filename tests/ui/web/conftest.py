"""A real browser on the real server, with the shipped record in its library.

The browser is the one that DATELINE_CHROMIUM names, one on the PATH, or playwright's own; without
any the tests are skipped.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from rag.errors import ModelError
from rag.models.hashing import HashingEmbedder
from rag.models.load import load_embedder
from rag.settings import load_settings

from ...rag.conftest import RECORD, fill
from .serving import Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
GET_ONE = (
    "there is no Chromium: install one (apt-get install chromium, or playwright install "
    "chromium), or name it in DATELINE_CHROMIUM"
)
PATIENCE_MS = 20_000
LEAVING = ("AbortError", "Connection errored out", "network error")
"""What Gradio says when a page is left while it was reading: no fault of the page."""


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    """Chromium; closed with the module, since its driver holds the thread's event loop."""
    playwright = pytest.importorskip(
        "playwright.sync_api", reason="the browser tests need: pip install playwright"
    )
    with playwright.sync_playwright() as driver:
        named = os.environ.get("DATELINE_CHROMIUM")
        found = named or next(filter(None, map(shutil.which, NAMES)), None)
        own = driver.chromium.executable_path
        path = found or (own if Path(own).exists() else None)
        if path is None:
            pytest.skip(GET_ONE)
        started = driver.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def record(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The folder of a library with the shipped record, and its embedding; copy it to change it."""
    folder = tmp_path_factory.mktemp("record") / "library"
    try:
        embedder, name = load_embedder(load_settings()[0]), load_settings()[0].embedding
    except ModelError:
        embedder, name = HashingEmbedder(), "hashing"
    fill(folder, embedder, RECORD).close()
    return folder, name


@pytest.fixture(scope="session")
def cache() -> Path:
    """Where the embedding model is; each test has another setting."""
    return load_settings()[0].cache


@pytest.fixture(scope="session")
def served(
    record: tuple[Path, str], cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """The server that most tests share: each has readers of its own."""
    folder = tmp_path_factory.mktemp("served") / "library"
    shutil.copytree(record[0], folder)
    server = Served(
        folder,
        embedding=record[1],
        cache=cache,
        generator="extractive",
        requests_per_minute=100_000,
    )
    yield server
    server.stop()


NewReader = Callable[..., "Page"]


@pytest.fixture
def reader(browser: "Browser", served: Served) -> Iterator[NewReader]:
    """Open the page as somebody new; whatever goes wrong in it fails the test.

    `reader(width=390, height=844, scheme="dark", address=…)`.
    """
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def watch(page: "Page", address: str) -> None:
        page.on("pageerror", lambda error: wrong.append(f"{error}"))
        page.on(
            "console",
            lambda message: wrong.append(message.text) if message.type == "error" else None,
        )
        page.on(
            "request",
            lambda request: (
                wrong.append(f"asked outside: {request.url}")
                if not request.url.startswith((address, "data:", "blob:"))
                else None
            ),
        )

    def new(
        width: int = 1280, height: int = 860, scheme: str = "light", address: str | None = None
    ) -> "Page":
        address = address or served.address
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        watch(page, address)
        page.goto(address)
        page.wait_for_selector("#past nav", state="attached")  # the last that is filled in
        page.wait_for_selector("#chat .welcome")
        return page

    yield new
    for context in contexts:
        context.close()
    assert [told for told in wrong if not any(map(told.__contains__, LEAVING))] == []
