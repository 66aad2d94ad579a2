"""The Library tab: its listeners as functions, its HTML, and its wiring."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import gradio as gr
import pytest

from rag.library.lock import writer_lock
from rag.library.rows import VersionInfo
from rag.settings import load_settings
from ui import addresses
from ui.engine import Engine
from ui.ingestion import Upload, add_articles
from ui.site import Site
from ui.store.store import Store
from ui.web import adding as adding_module
from ui.web.librarian import Librarian, Looking
from ui.web.library_tab import library_tab
from ui.web.places import Place, place_of
from ui.web.shelf import PAGE, Shelf, Shelves, View

KIRBY = "2024-04-15-press-briefing-by-john-kirby"
SKIP = gr.skip()

AGENCY = (
    "Air defences of three countries brought down most of the drones before dawn on Sunday, "
    "officials said, and the few that came through fell on open ground in the desert of the south, "
    "where nobody was hurt and a runway was damaged lightly, as pictures taken from space showed "
    "on the following day when the clouds had gone and the smoke of the fires had cleared away.\n"
)


@pytest.fixture
def engine(filled: Path) -> Iterator[Engine]:
    made = Engine(load_settings(generator="extractive", lock_seconds=0)[0])
    yield made
    made.close()


@pytest.fixture
def site(engine: Engine) -> Site:
    return Site(engine, cast("Store", None))


@pytest.fixture
def desk(site: Site) -> Librarian:
    return Librarian(site)


def act(desk: Librarian, act_: str, on: str, looking: Looking | None = None) -> tuple[Any, ...]:
    return desk.act(looking or Looking(), gr.EventData(None, {"act": act_, "on": on}))


def request(name: str = "reader") -> gr.Request:
    class State:
        reader = name

    return cast("gr.Request", type("Request", (), {"state": State()})())


def put(tmp_path: Path, **texts: str | bytes) -> list[str]:
    paths = []
    for name, text in texts.items():
        path = tmp_path / name.replace("__", ".")
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        paths.append(str(path))
    return paths


def info(number: int, **changed: Any) -> VersionInfo:
    values: dict[str, Any] = {
        "row": number, "article_row": number, "article_id": f"a-{number}", "key": f"k{number}",
        "root": None, "number": 1, "current": True, "removed": False, "sha256": "",
        "source": "/secret/place", "title": f"Title {number}", "author": None, "outlet": "Gazette",
        "kind": None, "url": None, "published": f"2024-01-{number % 28 + 1:02}", "added_at": "",
        "story": None, "paragraphs": number,
    }  # fmt: skip
    return VersionInfo(**values | changed)


def shelf(*articles: VersionInfo) -> Shelf:
    return Shelf(articles, ())


class TestShelf:
    def test_words_are_looked_for_in_id_title_outlet_and_date(self) -> None:
        all_ = shelf(
            info(1, title="The Harbour"), info(2, outlet="Courier"), info(3, published="2024-05-04")
        )
        assert [s.first.row for s in all_.listing(View("harbour")).stories] == [1]
        assert [s.first.row for s in all_.listing(View("COURIER title")).stories] == [2]
        assert [s.first.row for s in all_.listing(View("4 may 2024")).stories] == [3]
        assert all_.listing(View("secret")).found == 0

    def test_copies_are_folded_under_the_first(self) -> None:
        all_ = shelf(info(3, story=1, title="Copy"), info(1, story=1), info(2))
        listing = all_.listing(View())
        assert (listing.found, listing.articles, all_.copies) == (2, 3, 1)
        story = next(s for s in listing.stories if s.copies)
        assert (story.first.row, [c.row for c in story.copies], story.open) == (1, [3], False)
        (found,) = all_.listing(View("copy")).stories
        assert (found.first.row, found.open) == (1, True)

    def test_the_earliest_copy_stands_in_for_a_first_that_was_removed(self) -> None:
        (story,) = shelf(info(3, story=1), info(2, story=1)).listing(View()).stories
        assert (story.first.row, story.copies[0].row) == (2, 3)

    def test_sorting_turns_round_and_leaves_the_unknown_last(self) -> None:
        all_ = shelf(info(1), info(2, published=None), info(3))
        dates = View()
        assert [s.first.row for s in all_.listing(dates).stories] == [3, 1, 2]
        risen = dates.sorted_by("date")
        assert [s.first.row for s in all_.listing(risen).stories] == [1, 3, 2]
        assert View(page=3).sorted_by("title") == View("", "title", falling=False)
        most = View().sorted_by("paragraphs")
        assert [s.first.row for s in all_.listing(most).stories] == [3, 2, 1]

    def test_a_thousand_articles_come_in_pages(self) -> None:
        all_ = shelf(*(info(n) for n in range(1000)))
        assert (len(all_.listing(View()).stories), all_.listing(View()).pages) == (PAGE, 10)
        last = all_.listing(View(page=99))
        assert (last.view.page, len(last.stories)) == (10, PAGE)
        assert all_.listing(View(page=-5)).view.page == 1

    def test_counts_and_span(self) -> None:
        all_ = shelf(info(1), info(5), info(2, published=None))
        assert all_.span == ("2024-01-02", "2024-01-06")
        assert (all_.undated, all_.paragraphs) == (1, 8)
        assert shelf().span is None

    def test_the_library_is_read_again_only_when_it_has_changed(self, engine: Engine) -> None:
        shelves = Shelves(engine.library)
        first = shelves.now()
        assert shelves.now() is first
        with engine.library.writing() as writer:
            writer.remove([KIRBY])
        assert len(shelves.now().articles) == len(first.articles) - 1
        assert [each.article_id for each in shelves.now().removed] == [KIRBY]


@pytest.mark.parametrize(
    ("address", "place"),
    [
        (addresses.article("a/ü b", 2), Place("a/ü b", 2)),
        (addresses.paragraph("a", 1, 7), Place("a", 1, 7)),
        (addresses.changes("a", 1, 2), Place("a", 2, since=1)),
        ("/answers/x", None), ("/articles/a/versions/x", None), ("", None),
        ("https://evil.example/articles/a/versions/1", None), ("//[", None),
        ("/articles/a/changes?from=x&to=2", None), ("/articles/a/versions/" + "9" * 30, None),
    ],
)  # fmt: skip
def test_addresses_name_places(address: str, place: Place | None) -> None:
    assert place_of(address) == place


def test_counts_list_and_links(desk: Librarian) -> None:
    counts, listing, _ = desk.shown(Looking())
    assert "<strong>3 articles</strong>" in counts
    assert "2 April 2024 to 2 October 2024" in counts
    assert f'href="/articles/{KIRBY}/versions/1"' in listing
    assert listing.count("<tr ") == 4


def test_hostile_texts_are_escaped(desk: Librarian, engine: Engine) -> None:
    text = (
        "---\ntitle: '<script>alert(1)</script>{{7*7}}${8*8}'\noutlet: '\"><img src=x onerror=a>'\n"
        "---\n\nThe <img src=x onerror=alert(1)> of the {{constructor}} told ${nobody}.\n"
    )
    name = '<img src=x onerror=alert(1)>".md'
    added = add_articles(engine, [_memory(name, text)], [])
    (item,) = added.items
    _, listing, _ = desk.searched("constructor img", Looking())
    pane = act(desk, "open", addresses.article(item.article_id or "", 1))[3]
    status = act(desk, "remove", item.article_id or "")[2]
    for shown in (listing, pane, status):
        assert "<script" not in shown
        assert "<img" not in shown
    assert "&lt;script&gt;" in listing + status


def _memory(name: str, text: str) -> Upload:
    import io

    return Upload(name, lambda: io.BytesIO(text.encode()))


def test_searching_finds_articles_and_the_paragraphs_of_their_text(desk: Librarian) -> None:
    _, listing, looking = desk.searched("  General   Zahedi ", Looking(View(page=7)))
    assert looking.view == View("General Zahedi")
    passages, _, table = listing.partition("</section>")
    assert "/versions/1/paragraphs/2" in passages
    assert "<mark>General</mark>" in passages
    assert "No article has" in table
    _, listing, _ = desk.searched("kirby", Looking())
    assert "1 article with" in listing


@pytest.mark.parametrize("words", ["a", "…", "\ud800\ud800\ud800aaa", "x" * 9000, '" OR *', "(("])
def test_no_search_is_an_error(desk: Librarian, words: str) -> None:
    _, listing, looking = desk.searched(words, Looking())
    assert "library-problem" not in listing
    assert len(looking.view.words) <= 200


def test_sorting_and_paging_from_the_list(desk: Librarian) -> None:
    *_, looking = act(desk, "sort", "title")
    assert looking.view == View("", "title", falling=False)
    _, listing, status, pane, looking = act(desk, "page", "5", looking)
    assert looking.view.page == 1
    assert 'aria-sort="ascending"' in listing
    assert status == pane == SKIP
    for wrong in (("sort", "price"), ("page", "x"), ("page", ""), ("explode", "")):
        assert act(desk, *wrong)[-1] == Looking()


def test_what_the_browser_sends_is_not_trusted(desk: Librarian) -> None:
    for data in (None, [], "text", {"act": {}, "on": []}, {}):
        assert desk.act(Looking(), gr.EventData(None, data))[-1] == Looking()
    pane = act(desk, "open", "/articles/none/versions/1")[3]
    assert "There is no version" in pane
    assert "has no paragraph" in act(desk, "open", addresses.paragraph(KIRBY, 1, 99))[3]
    assert "There is no version" in act(desk, "open", addresses.changes(KIRBY, 1, 2))[3]


def test_reading_an_article_its_versions_and_their_differences(
    desk: Librarian, engine: Engine, folder: Path
) -> None:
    text = (folder / "briefing.md").read_text()
    add_articles(engine, [_memory("b.md", text.replace("wider war", "longer war"))], [])
    pane = act(desk, "open", addresses.paragraph(KIRBY, 2, 3))[3]
    assert 'id="p-3"' in pane
    assert "longer war" in pane
    assert "2 versions" in pane
    older = act(desk, "open", addresses.article(KIRBY, 1))[3]
    assert "wider" in older
    assert "longer" not in older.partition("<header>")[2]
    differences = act(desk, "open", addresses.changes(KIRBY, 1, 2))[3]
    assert "<del>wider</del>" in differences
    assert "<ins>longer</ins>" in differences
    *_, closed, looking = act(desk, "close", "", Looking(opened="x"))
    assert looking.opened == ""
    assert "<article" not in closed


def test_removing_and_undoing(desk: Librarian) -> None:
    looking = Looking(opened=addresses.article(KIRBY, 1))
    counts, listing, status, pane, looking = act(desk, "remove", KIRBY, looking)
    assert "<strong>2 articles</strong>" in counts
    assert "Removed (1)" in listing
    assert f'data-act="restore" data-on="{KIRBY}">Undo' in status
    assert "Bring back" in pane
    counts, listing, status, pane, _ = act(desk, "restore", KIRBY, looking)
    assert "<strong>3 articles</strong>" in counts
    assert "Removed (" not in listing
    assert "Brought back" in status
    assert "Remove from the library" in pane


def test_removing_while_others_write_is_told_and_changes_nothing(
    desk: Librarian, engine: Engine
) -> None:
    with writer_lock(engine.settings.library, wait=0):
        counts, _, status, pane, _ = act(desk, "remove", KIRBY)
    assert "try again" in status
    assert "<strong>3 articles</strong>" in counts
    assert pane == SKIP


class TestAdding:
    def test_files_are_added_with_progress_and_a_report(
        self, desk: Librarian, tmp_path: Path
    ) -> None:
        files = put(
            tmp_path,
            good__md="# A zeppelin\n\nSeen near Isfahan by a farmer.",
            bad__txt=b"\0\1" * 99,
        )
        *steps, last = desk.add(files, "http://127.0.0.1/x\n", Looking(), request())
        assert any("<progress" in step[0] for step in steps)
        progress, report, given, typed, stop, counts, listing, _ = last
        assert (progress, given, typed) == ("", None, "")
        assert "1 added, 2 not added" in report
        assert "no date found" in report
        assert "binary data" in report
        assert "loopback" in report
        assert report.index("Not added") < report.index(">Added<")
        assert "<strong>4 articles</strong>" in counts
        assert "A zeppelin" in listing
        assert stop.visible is False

    def test_a_copy_is_told_and_folded(self, desk: Librarian, tmp_path: Path) -> None:
        files = put(tmp_path, agency__md=f"# Agency\n\n{AGENCY}", paper__md=f"# Paper\n\n{AGENCY}")
        *_, last = desk.add(files, "", Looking(), request())
        assert "Copy of <a" in last[1]
        assert "1 copy of this story" in last[6]
        assert "1 copy of a story already told is folded" in last[5]

    def test_nothing_given_is_told(self, desk: Librarian) -> None:
        (only,) = desk.add(None, " \n ", Looking(), request())
        assert "Drop a file" in only[1]

    def test_a_locked_library_is_told_and_what_was_given_stays(
        self, desk: Librarian, engine: Engine, tmp_path: Path
    ) -> None:
        files = put(tmp_path, good__md="Seen near Isfahan by a farmer.")
        with writer_lock(engine.settings.library, wait=0):
            *_, last = desk.add(files, "", Looking(), request())
        assert "try again when that is done" in last[1]
        assert last[2] == last[3] == SKIP
        *_, last = desk.add(files, "", Looking(), request())
        assert "1 added" in last[1]

    def test_what_is_unexpected_is_told_too(
        self, desk: Librarian, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fails(*_: object, **__: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(adding_module, "add_articles", fails)
        *_, last = desk.add(put(tmp_path, a__md="x"), "", Looking(), request())
        assert "ZeroDivisionError" in last[1]

    def test_stop_and_reload_concern_the_readers_own_adding(
        self, desk: Librarian, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        may_end, real = threading.Event(), adding_module.add_articles

        def slowly(*given: Any, **options: Any) -> Any:
            may_end.wait(10)
            return real(*given, **options)

        monkeypatch.setattr(adding_module, "add_articles", slowly)
        files = put(tmp_path, a__md="The first of the reports.", b__md="The second of them.")
        shown = desk.add(files, "", Looking(), request("one"))
        assert "<progress" in next(shown)[0]
        # The same reader again, another reader, and the page that was reloaded.
        (again,) = desk.add(files, "", Looking(), request("one"))
        assert "still being added" in again[1]
        assert list(desk.follow(Looking(), request("two"))) == [(SKIP,) * 8]
        desk.stop(request("two"))
        followed = desk.follow(Looking(), request("one"))
        assert "Stopping" not in next(followed)[0]
        desk.stop(request("one"))
        may_end.set()
        *_, last = shown
        assert "Stopped; 0 articles are kept" in last[1]
        *_, last = followed
        assert "Stopped" in last[1]
        assert list(desk.follow(Looking(), request("one"))) == [(SKIP,) * 8]


def test_the_empty_library_says_how_to_begin() -> None:
    engine = Engine(load_settings(generator="extractive")[0])
    try:
        desk = Librarian(Site(engine, cast("Store", None)))
        counts, listing, _ = desk.searched("anything", Looking())
        assert "holds no article yet" in counts
        assert "press Add" in counts
        assert "library-problem" not in listing
    finally:
        engine.close()


def test_leafing_through_a_thousand_articles_is_quick() -> None:
    all_ = shelf(*(info(n, title=f"Title {n} of the day") for n in range(1000)))
    began = time.perf_counter()
    assert all_.listing(View("title day", "outlet")).found == 1000
    assert time.perf_counter() - began < 0.5


def test_no_listener_of_the_tab_is_part_of_an_interface(site: Site) -> None:
    with gr.Blocks() as page, gr.Tabs(), gr.Tab("Library"):
        library_tab(site)
    listeners = page.fns.values()
    assert len(listeners) >= 8
    assert {each.api_visibility for each in listeners} == {"private"}
