"""For everybody: axe finds nothing serious, and the keyboard reaches everything and is seen."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ui.command import main
from ui.guard.users import line_for

from .serving import Served, copied
from .visiting import ENDED, Visit, visiting

pytestmark = [pytest.mark.browser, pytest.mark.slow]

RECORD = "data/gold/dev.jsonl"
GOLD = Path(__file__).parents[3] / RECORD
QUESTIONS = 4
DRONES = "How many drones and missiles did Iran launch at Israel in April 2024?"
CONTESTED = "Who was responsible for the explosion at the Al-Ahli hospital?"
NOWHERE = "Who won the football world cup of 1978?"
WAYS = [
    pytest.param(width, scheme, id=f"{width}-{scheme}")
    for width in (1280, 390)
    for scheme in ("light", "dark")
]

SEEN = """(before) => {
  const style = getComputedStyle(document.activeElement);
  return [style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0
            && style.outlineColor !== 'rgba(0, 0, 0, 0)' ? style.outline : '', style.boxShadow];
}"""
NAME = """() => {
  const one = document.activeElement;
  return `${one.localName}#${one.id}.${one.className} ${(one.ariaLabel ?? one.innerText ?? '')
    .slice(0, 40)}`;
}"""


@pytest.fixture(scope="module")
def served(
    record: tuple[Path, str], cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A server with the shipped record, in a folder where a small run of the evals has been made.

    One that asks readers to sign in is beside it.
    """
    folder = tmp_path_factory.mktemp("axe")
    library = copied(record[0], folder / "library")
    gold = folder / RECORD
    gold.parent.mkdir(parents=True)
    lines = GOLD.read_text(encoding="utf-8").splitlines()[:QUESTIONS]
    assert all(json.loads(line) for line in lines)
    gold.write_text("\n".join(lines), encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("DATELINE_LIBRARY", f"{library}")
        patch.setenv("DATELINE_CACHE", f"{cache}")
        patch.setenv("DATELINE_EMBEDDING", record[1])
        assert main(["eval", "run"]) == 0
    server = Served(
        library,
        embedding=record[1],
        cache=cache,
        generator="extractive",
        requests_per_minute=100_000,
    )
    server.runs = folder  # type: ignore[attr-defined]
    yield server
    server.stop()


@pytest.fixture(autouse=True)
def _where_the_runs_are(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(served.runs)  # type: ignore[attr-defined]


@pytest.fixture
def visit(browser: Any, served: Served) -> Iterator[Visit]:
    with visiting(browser, served.address) as visit:
        yield visit


def serious(page: Any) -> list[str]:
    """What axe finds serious or critical in the page as it is now."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    found = axe.run(page).response
    assert found["passes"]
    return [
        f"{wrong['id']} ({len(wrong['nodes'])}): {wrong['nodes'][0]['html'][:160]}"
        f" {wrong['nodes'][0]['any'][0]['message'] if wrong['nodes'][0]['any'] else ''}"
        for wrong in found["violations"]
        if wrong["impact"] in {"serious", "critical"}
    ]


@pytest.mark.parametrize(("width", "scheme"), WAYS)
def test_nothing_serious_stands_in_the_way(
    browser: Any, served: Served, width: int, scheme: str
) -> None:
    found: dict[str, list[str]] = {}
    with visiting(browser, served.address, width=width, scheme=scheme) as visit:
        page = visit.page
        found["first screen"] = serious(page)
        visit.ask(DRONES)
        address = visit.cited()[0]
        visit.open_cited(address)
        found["answer and source"] = serious(page)
        visit.ask(CONTESTED)
        page.wait_for_selector("#chat .conflict")
        found["conflict"] = serious(page)
        visit.ask(NOWHERE)
        page.wait_for_selector("#chat .abstained .suggestions")
        page.click("#filters > button")
        page.get_by_label("As of").wait_for()
        found["abstention and filters"] = serious(page)
        page.click(".open-past")
        page.wait_for_selector("#past.open .conversations li")
        found["conversations"] = serious(page)
        page.keyboard.press("Escape")
        page.wait_for_selector("#past:not(.open)")
        visit.tab("Library")
        page.locator("#library-list td.title a").first.click()
        page.wait_for_selector("#library-reading .framed")
        found["library"] = serious(page)
        visit.tab("Evals")
        page.get_by_text("HARD FAIL").or_(page.get_by_text("NOT COMPARED")).first.wait_for()
        found["evals"] = serious(page)
        visit.tab("Questions")
        page.locator(".evals-tab button[value]").first.click()
        page.wait_for_selector("#evals-question")
        found["evals, question"] = serious(page)
        answer = address.partition("/citations")[0]
        for path in (answer, address, "/answers/nowhere"):
            page.goto(served.address.rstrip("/") + path)
            found[f"permalink {path.count('/')}"] = serious(page)
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, path
    assert {place: wrong for place, wrong in found.items() if wrong} == {}


def test_signing_in_is_for_everybody(
    browser: Any, served: Served, cache: Path, tmp_path: Path
) -> None:
    (tmp_path / "readers").write_text(line_for("ada", "a long password") + "\n")
    door = Served(
        tmp_path / "library", embedding="hashing", cache=cache, users=tmp_path / "readers"
    )
    try:
        for width in (1280, 390):
            for scheme in ("light", "dark"):
                page = browser.new_page(
                    viewport={"width": width, "height": 800}, color_scheme=scheme
                )
                page.goto(door.address)
                assert page.url == f"{door.address}sign-in"
                assert serious(page) == []
                assert page.evaluate("document.activeElement.name") == "name"
                page.keyboard.type("ada")
                page.keyboard.press("Tab")
                page.keyboard.type("a wrong password")
                page.keyboard.press("Enter")
                page.get_by_role("alert").wait_for()
                assert serious(page) == []
                page.close()
    finally:
        door.stop()


def tab_to(page: Any, selector: str, *, most: int = 40, key: str = "Tab") -> None:
    """Press Tab until what a selector names has the focus; all on the way is seen to have it."""
    unseen = []
    for _ in range(most):
        page.keyboard.press(key)
        outline, shadow = page.evaluate(SEEN)
        if not outline and shadow == "none":
            unseen.append(page.evaluate(NAME))
        if page.evaluate("s => !!document.activeElement.closest(s)", selector):
            assert unseen == []
            return
    pytest.fail(f"{selector} is not reached; the focus is on {page.evaluate(NAME)}")


def test_all_of_it_can_be_done_with_the_keyboard(visit: Visit, served: Served) -> None:
    page, press = visit.page, visit.page.keyboard.press
    page.mouse.click(1, 1)  # the next Tab starts at the top
    tab_to(page, "a.skip", most=2)
    tab_to(page, "#question textarea")
    page.keyboard.type(DRONES)
    press("Enter")
    page.wait_for_selector(ENDED)
    tab_to(page, "#chat a.cite", key="Shift+Tab")
    # From the last chip back to the first of the answer.
    first = page.locator("#chat a.cite").first
    while not first.evaluate("link => link === document.activeElement"):
        tab_to(page, "#chat a", key="Shift+Tab", most=1)
    address = first.get_attribute("href")
    press("Enter")
    page.wait_for_selector(f'#source a.permalink[href="{address}"]')
    page.wait_for_function("document.activeElement.matches('#source .framed')")
    tab_to(page, "#source a.next", key="Shift+Tab")
    press("Enter")
    page.wait_for_selector("#source a.previous")
    page.wait_for_function("document.activeElement.matches('#source a.next, #source a.previous')")
    press("Escape")
    assert first.evaluate("link => link === document.activeElement")
    tab_to(page, "#chat .extra-feedback-option")
    with page.expect_response(lambda answer: "liked" in (answer.request.post_data or "")):
        press("Enter")
    exchange = address.split("/")[2]
    assert served.site.store.feedback(exchange)
    tab_to(page, "#filters > button")
    press("Enter")
    page.get_by_label("As of").wait_for()
    tab_to(page, "#filters input, #filters textarea")


def test_the_tabs_are_walked_with_the_arrows(visit: Visit) -> None:
    page = visit.page
    page.mouse.click(1, 1)  # the next Tab starts at the top
    tab_to(page, "#tabs [role=tab]")
    names = []
    for _ in range(3):
        names.append(page.evaluate("document.activeElement.innerText"))
        page.keyboard.press("ArrowRight")
        outline, shadow = page.evaluate(SEEN)
        assert outline or shadow != "none"
    assert names == ["Ask", "Library", "Evals"]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_selector("#library-list table:visible, #library-search:visible")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    page.wait_for_selector("#question textarea:visible")
