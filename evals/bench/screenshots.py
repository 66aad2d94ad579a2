"""`python -m evals.bench.screenshots [FOLDER]`: pictures of the page's main states, to look at."""

import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from evals.bench import children
from evals.bench.page import browsing
from evals.bench.place import REPOSITORY
from evals.bench.served import serving

FOLDER = REPOSITORY / "build" / "screenshots"
BEST = REPOSITORY / "docs" / "dateline.png"

ACCOUNTS = "How many missiles did Iran fire at Israel on 1 October 2024?"
NO_ANSWER = "Who won the football world cup of 2022?"
SIZES = {"1280": (1280, 860), "768": (768, 1024), "390": (390, 844)}
SCHEMES = ("light", "dark")
_TIMEOUT_MS = 60_000

Page = Any
"""playwright's."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Make them all; the best one is the README's."""
    given = sys.argv[1:] if arguments is None else arguments
    folder = Path(given[0]) if given else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="dateline-") as scratch:
        library = Path(scratch) / "library"
        articles = REPOSITORY / "data" / "articles"
        children.run(children.dateline(library, "add", str(articles))).succeeded()
        with serving(library) as served, browsing() as browser:
            for size, (width, height) in SIZES.items():
                for scheme in SCHEMES:
                    context = browser.new_context(
                        viewport={"width": width, "height": height},
                        color_scheme=scheme,
                        reduced_motion="reduce",
                    )
                    for name, state in STATES.items():
                        page = context.new_page()
                        page.goto(served.address)
                        page.locator("#question textarea").wait_for(timeout=_TIMEOUT_MS)
                        state(page)
                        page.screenshot(path=folder / f"{name}-{size}-{scheme}.png")
                        page.close()
                    context.close()
    best = folder / "source-1280-light.png"
    if folder == FOLDER:
        BEST.write_bytes(best.read_bytes())
    sys.stdout.write(f"Written: {folder}\n")
    return 0


def _ask(page: Page, question: str) -> None:
    before = page.locator("#chat .meta").count()
    page.locator("#question textarea").fill(question)
    page.keyboard.press("Enter")
    page.locator("#chat .meta").nth(before).wait_for(timeout=_TIMEOUT_MS)


def _first(page: Page) -> None:
    page.locator("#chat .welcome .suggest").first.wait_for(timeout=_TIMEOUT_MS)


def _answer(page: Page) -> None:
    _ask(page, ACCOUNTS)


def _source(page: Page) -> None:
    _ask(page, ACCOUNTS)
    page.locator("#chat a.cite").nth(1).click()
    page.locator("#source .framed").wait_for(timeout=_TIMEOUT_MS)


def _no_answer(page: Page) -> None:
    _ask(page, NO_ANSWER)


def _tab(name: str, shown: str) -> Callable[[Page], None]:
    def state(page: Page) -> None:
        page.get_by_role("tab", name=name).click()
        page.locator(shown).first.wait_for(timeout=_TIMEOUT_MS)

    return state


STATES: dict[str, Callable[[Page], None]] = {
    "first": _first,
    "answer": _answer,
    "source": _source,
    "no-answer": _no_answer,
    "library": _tab("Library", "#library table"),
    "evals": _tab("Evals", ".evals table, .evals .lead"),
}

if __name__ == "__main__":
    sys.exit(main())
