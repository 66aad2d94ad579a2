"""The Library tab in a browser: articles in, found, read, out and back."""

import io
import re
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import docx
import pytest

from rag.library import catalogue
from ui.web import adding as adding_module

from ...ingest.test_readers_pdf import make_pdf
from ..giving import encrypted_pdf
from .browsing import add, answered, ask, drop, open_tab, payload
from .conftest import NewReader
from .serving import Served

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LARGEST = 100_000
ROWS = ".library-table tbody tr"
TITLES = f"{ROWS} td.title > a"
SEARCH = "#library-search textarea, #library-search input"

GAZETTE = """\
---
title: {title}
published: 2024-06-01
outlet: The Gazette
---

{first}

He told nobody of it for a week, because he thought that nobody would believe what he had seen.
"""
AGENCY = (
    "Air defences of three countries brought down most of the drones before dawn on Sunday, "
    "officials said, and the few that came through fell on open ground in the desert of the south, "
    "where nobody was hurt and a runway was damaged lightly, as pictures taken from space showed "
    "on the following day when the clouds had gone and the smoke of the fires had cleared away.\n"
)


@pytest.fixture(scope="module")
def served(
    record: tuple[Path, str], cache: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    """A server of this file's own: its readers change the library."""
    folder = tmp_path_factory.mktemp("changed") / "library"
    shutil.copytree(record[0], folder)
    server = Served(
        folder,
        embedding=record[1],
        cache=cache,
        generator="extractive",
        upload_bytes=LARGEST,
        requests_per_minute=100_000,
    )
    yield server
    server.stop()


@pytest.fixture
def page(reader: NewReader) -> "Page":
    """The tab, opened by somebody new."""
    page = reader()
    open_tab(page, "Library", ROWS)
    return page


def search(page: "Page", words: str) -> None:
    page.locator(SEARCH).fill(words)


def gazette(title: str, first: str) -> str:
    return GAZETTE.format(title=title, first=first)


def test_every_article_is_listed_and_sorted_by_what_is_pressed(
    page: "Page", served: Served
) -> None:
    with served.site.engine.library.reading() as db:
        known = catalogue.list_articles(db)
    assert f"{len(known)} articles" in page.inner_text(".library-counts")
    assert page.locator(f"{ROWS} td.act").count() == len(known)
    days = sorted((info.published or "" for info in known), reverse=True)
    newest = [info.title for info in known if info.published == days[0]]
    assert page.locator(TITLES).first.inner_text() in newest
    page.get_by_role("button", name="Title", exact=True).click()
    page.wait_for_selector("th.title[aria-sort=ascending]")
    titles = page.locator(TITLES).all_inner_texts()
    assert titles == sorted(titles, key=str.casefold)
    page.get_by_role("button", name="Title", exact=True).click()
    page.wait_for_selector("th.title[aria-sort=descending]")
    assert page.locator(TITLES).all_inner_texts() == sorted(titles, key=str.casefold, reverse=True)


def test_searching_as_one_types_narrows_titles_and_finds_paragraphs(
    page: "Page", served: Served
) -> None:
    every = page.locator(ROWS).count()
    page.locator(SEARCH).press_sequentially("nasrallah")
    found = page.locator(".library-passages li")
    found.first.wait_for()
    page.get_by_text("with nasrallah in title, outlet or date").wait_for()
    titles = page.locator(TITLES).all_inner_texts()
    assert titles
    assert all("nasrallah" in title.casefold() for title in titles)
    link = found.first.locator("a")
    number = (link.get_attribute("href") or "").rpartition("/")[2]
    link.click()
    framed = page.locator(f"#library-reading .framed#p-{number}")
    framed.wait_for()
    assert "nasrallah" in framed.inner_text().casefold()
    assert page.evaluate("document.activeElement.matches('.library-pane')")
    assert framed.evaluate("e => e.getBoundingClientRect().top < innerHeight")
    search(page, "zeppelin zeppelin")
    page.get_by_text("No article has").wait_for()
    search(page, "")
    page.wait_for_function(
        "n => document.querySelectorAll('.library-table tbody tr').length === n", arg=every
    )


def test_an_article_is_opened_read_and_closed(page: "Page", served: Served) -> None:
    link = page.locator(TITLES).nth(2)
    title, address = link.inner_text(), link.get_attribute("href") or ""
    link.click()
    page.wait_for_selector("#library-reading article")
    assert page.inner_text("#library-reading h2") == title
    with served.site.engine.library.reading() as db:
        version = catalogue.read_version(db, address.split("/")[2], 1)
    shown = page.locator("#library-reading .paragraph").all_inner_texts()
    assert shown == [version.slice(paragraph) for paragraph in version.paragraphs]
    assert page.url.rstrip("/") == served.address.rstrip("/")
    page.locator("#library-reading").get_by_role("button", name="Close").click()
    page.get_by_text("Open an article to read it here.").wait_for()


def test_on_a_phone_closing_an_article_leads_back_to_the_list(reader: NewReader) -> None:
    page = reader(width=390, height=844)
    open_tab(page, "Library", ROWS)
    link = page.locator(TITLES).nth(9)
    link.click()
    page.wait_for_selector(".library-pane.whole:focus")
    assert 0 <= page.locator("#library-reading h2").bounding_box()["y"] < 844
    page.locator("#library-reading").get_by_role("button", name="Close").click()
    page.wait_for_selector(f"{TITLES}:focus")
    assert link.evaluate("e => e === document.activeElement")
    assert 0 <= link.bounding_box()["y"] < 844
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_files_of_all_kinds_are_added_and_answer_questions(page: "Page", served: Served) -> None:
    pdf = make_pdf([[(72, 700, "The lighthouse of Bushehr"), (72, 670, LIGHTHOUSE)]])
    web = (
        "<html><head><title>The orchard of Tabriz</title></head><body><article>"
        "<h1>The orchard of Tabriz</h1><p>The orchard of Tabriz lost four hundred walnut trees in "
        "the frost of March 2024, its keeper said.</p><p>He planted others in the same year, and "
        "the first of them bore fruit when nobody expected it.</p></article></body></html>"
    )
    told = add(
        page,
        payload("zeppelin.md", gazette("A zeppelin over Isfahan", ZEPPELIN)),
        payload("orchard.html", web),
        payload("ferry.docx", word("The ferry of Bandar Abbas", FERRY)),
        payload("lighthouse.pdf", pdf),
    )
    assert "4 added." in told
    for title in ("A zeppelin over Isfahan", "The orchard of Tabriz", "The ferry of Bandar Abbas"):
        assert title in told
    assert "1 June 2024 (front matter)" in told
    assert "no date found" in told
    assert page.locator("#library-files tr.file").count() == 0
    assert page.locator("#library-stop").count() == 0
    page.locator("#library-report").get_by_text("The ferry of Bandar Abbas").first.click()
    page.locator("#library-reading p").get_by_text("carried nine hundred").wait_for()
    page.get_by_role("tab", name="Ask", exact=True).click()
    ask(page, "How many walnut trees did the orchard of Tabriz lose in the frost of March 2024?")
    (cited, *_) = answered(served, page).reply.citations
    assert "four hundred walnut trees" in cited.text
    page.locator("#chat a.cite").first.click()
    framed = page.locator("#source .framed")
    framed.wait_for()
    assert "four hundred walnut trees" in framed.inner_text()
    assert "orchard" in cited.article_id


ZEPPELIN = "The zeppelin of Isfahan was seen by a farmer on Tuesday morning near the old bridge."
FERRY = "The ferry of Bandar Abbas carried nine hundred pilgrims on its first day, the port said."
LIGHTHOUSE = "The lighthouse of Bushehr went dark for two nights in May 2024."


def word(title: str, text: str) -> bytes:
    document = docx.Document()
    document.core_properties.title = title
    document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def test_an_edited_file_makes_a_version_with_its_differences(page: "Page") -> None:
    before = gazette("The dam of Karkheh", "The dam of Karkheh held back the flood of eleven days.")
    add(page, payload("dam.md", before))
    told = add(page, payload("dam.md", before.replace("eleven", "twelve")))
    assert "1 new version." in told
    page.locator("#library-report").get_by_role("link", name="The dam of Karkheh").click()
    page.locator("#library-reading p").get_by_text("flood of twelve days").wait_for()
    page.get_by_text("2 versions", exact=True).last.click()
    page.get_by_role("link", name="Version 1").click()
    page.locator("#library-reading p").get_by_text("flood of eleven days").wait_for()
    page.get_by_text("The article has changed since").wait_for()
    page.get_by_text("2 versions", exact=True).last.click()
    page.get_by_role("link", name="what changed").click()
    page.wait_for_selector("#library-reading del")
    assert page.locator("#library-reading del").all_inner_texts() == ["eleven"]
    assert page.locator("#library-reading ins").all_inner_texts() == ["twelve"]
    told = add(page, payload("dam.md", before.replace("eleven", "twelve")))
    assert "1 here already." in told


def test_what_cannot_be_read_is_told_file_by_file(page: "Page", served: Served) -> None:
    pdf = make_pdf([[(72, 700, "The lighthouse of Chabahar"), (72, 670, LIGHTHOUSE)]])
    hostile = '<img src=x onerror=alert(1)>\u202e"{{7*7}}${8}.md'
    told = add(
        page,
        payload("empty.txt", ""),
        payload("binary.txt", bytes(range(256)) * 20),
        payload("locked.pdf", encrypted_pdf()),
        payload("torn.pdf", pdf[: len(pdf) // 3]),
        payload("program.exe", b"MZ\x90"),
        payload(hostile, gazette("The well of Yazd", "The well of Yazd was dug in nine weeks.")),
        payload("con.md", gazette("The mill of Shushtar", "The mill of Shushtar turned again.")),
        payload("x" * 200 + ".md", gazette("The bath of Kashan", "The bath of Kashan opened.")),
    )
    assert "3 added, 5 not added." in told
    rows = page.locator("#library-report tbody tr")
    failed = [row for row in rows.all_inner_texts() if row.startswith("Not added")]
    assert len(failed) == 5
    for name, why in (
        ("empty.txt", "empty"),
        ("binary.txt", "binary"),
        ("locked.pdf", "password"),
        ("torn.pdf", "PDF"),
        ("program.exe", "kind"),
    ):
        (row,) = [each for each in failed if name in each]
        assert why in row, row
        assert str(served.site.settings.library) not in row
    assert page.locator("#library-report img").count() == 0
    assert "The well of Yazd" in told
    folder = served.site.settings.library / "uploads"
    names = [path.name for path in folder.iterdir() if path.suffix == ".md"]
    assert all(re.fullmatch(r"[\w -]{1,90}\.md", name) for name in names), names


def test_a_file_that_is_too_large_is_refused_and_the_others_are_added(page: "Page") -> None:
    told = add(
        page,
        payload("large.md", "A long sentence of little sense. " * 4000),
        payload("small.md", gazette("The inn of Meybod", "The inn of Meybod had nine rooms.")),
    )
    assert "1 added, 1 not added." in told
    assert "'large.md' is larger than the" in told


def test_an_address_of_this_machine_is_refused_in_a_sentence(page: "Page") -> None:
    page.get_by_role("button", name="Add articles").click()
    page.locator("#library-addresses textarea").fill("http://127.0.0.1/x\nfile:///etc/passwd")
    page.click("#library-add-now")
    page.wait_for_selector("#library-report table")
    told = page.inner_text("#library-report")
    assert "2 not added." in told
    assert "loopback" in told
    assert "'file:///etc/passwd' is no web address" in told
    assert page.input_value("#library-addresses textarea") == ""


def test_nothing_to_add_is_told(page: "Page") -> None:
    page.get_by_role("button", name="Add articles").click()
    page.click("#library-add-now")
    page.get_by_text("Drop a file or paste a web address first, then press Add.").wait_for()
    assert page.locator("#library-report table").count() == 0


def test_an_article_is_removed_and_comes_back(page: "Page") -> None:
    add(page, payload("kite.md", gazette("The kite of Qom", "The kite of Qom flew for a day.")))
    before = page.inner_text(".library-counts strong")
    search(page, "kite of qom")
    page.get_by_role("button", name="Remove The kite of Qom").click()
    page.get_by_text("Removed The kite of Qom from the answers.").wait_for()
    page.get_by_text("No article has").wait_for()
    page.wait_for_selector("#library-status button:focus")
    page.keyboard.press("Enter")
    page.get_by_text("Brought back The kite of Qom.").wait_for()
    assert page.inner_text(".library-counts strong") == before
    page.get_by_role("link", name="The kite of Qom").last.click()
    page.get_by_role("button", name="Remove from the library").click()
    page.get_by_text("This article was removed from the answers.").wait_for()
    page.locator(".library-removed summary").click()
    page.get_by_role("button", name="Bring back The kite of Qom").click()
    page.get_by_text("Brought back The kite of Qom.").wait_for()
    page.wait_for_selector("text=Remove from the library")
    assert page.locator(".library-removed").count() == 0


def test_copies_of_a_story_are_folded(page: "Page") -> None:
    one, other = (
        f"---\ntitle: {paper} of the night\n---\n\n{AGENCY}" for paper in ("News", "Post")
    )
    told = add(page, payload("news.md", one), payload("post.md", other))
    assert "Copy of" in told
    assert "folded under it" in page.inner_text(".library-counts")
    fold = page.get_by_text("1 copy of this story")
    fold.click()
    copy = page.locator("td.title details[open] a")
    assert copy.inner_text() in {"News of the night", "Post of the night"}
    search(page, copy.inner_text())
    page.get_by_text("2 articles with").wait_for()
    page.wait_for_selector("td.title details[open]")


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """After its first article an adding waits until it is stopped; the event tells it has."""
    reached, real = threading.Event(), adding_module.add_articles

    def waits(*given: Any, told: Any, stop: threading.Event, **options: Any) -> Any:
        def tell(step: Any) -> None:
            told(step)
            if step.kept == 1 and not stop.is_set():
                reached.set()
                assert stop.wait(30)

        return real(*given, told=tell, stop=stop, **options)

    monkeypatch.setattr(adding_module, "add_articles", waits)
    return reached


def test_adding_shows_how_far_it_is_outlives_the_page_and_stops(
    page: "Page", slowly: threading.Event
) -> None:
    files = [
        payload(f"{name}.md", gazette(f"The {name} of Ahvaz", f"The {name} of Ahvaz was mended."))
        for name in ("bridge", "tower", "market")
    ]
    drop(page, *files)
    page.click("#library-add-now")
    page.get_by_text("Read 3 of 3; 1 article kept.").wait_for()
    assert slowly.is_set()
    page.reload()
    open_tab(page, "Library", "#library-progress progress")
    page.click("#library-stop")
    page.wait_for_selector("#library-report table")
    told = page.inner_text("#library-report")
    assert "Stopped; 1 article is kept. 1 added, 2 skipped." in told
    assert page.locator("#library-progress progress").count() == 0
    search(page, "of ahvaz")
    page.get_by_text("1 article with").wait_for()
