"""The page in a browser: nothing wider than the window, nothing asked of the network."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from evals.report.html import page

from .making import HOSTILE, pair

CHROMIUM = shutil.which("chromium")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if CHROMIUM is None:
        pytest.skip("there is no chromium on this machine")
    with playwright.sync_playwright() as started:
        launched = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [400, 1280])
def test_the_page_fits_and_asks_nothing_of_the_network(
    browser: Any, tmp_path: Path, width: int, scheme: str
) -> None:
    file = tmp_path / "report.html"
    long = {"question": "x" * 300, "answers": [{"text": HOSTILE * 2}]}
    file.write_text(page(pair(tmp_path, q_0=long, q_1={"question": HOSTILE})), encoding="utf-8")
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    tab = context.new_page()
    asked, complaints = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("console", lambda message: complaints.append(message.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.on("dialog", lambda dialog: complaints.append(dialog.message))
    tab.goto(file.as_uri())
    tab.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert asked == [file.as_uri()]
    assert complaints == []

    assert tab.locator("#questions tbody tr:visible").count() == 4
    tab.select_option("#state", "worse")
    assert tab.locator("#questions tbody tr:visible").count() == 2
    tab.fill("#find", "xxxx")
    assert tab.locator("#questions tbody tr:visible").count() == 1
    assert tab.text_content("#count") == "1 of 4 shown"
    context.close()
