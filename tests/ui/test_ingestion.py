"""Adding on behalf of a reader: files given, addresses typed, and everything that goes wrong."""

import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.fetch import FakeFetcher
from rag.errors import DiskFull, LibraryLocked, NotInLibrary, UsageError
from rag.library import catalogue
from rag.library.library import Writer
from rag.library.lock import writer_lock
from rag.library.rows import VersionInfo
from rag.settings import load_settings
from ui import ingestion
from ui.engine import Engine
from ui.ingestion import Added, Step, add_articles, addresses_in
from ui.originals import FOLDER, alike
from ui.removal import remove_article, restore_article

from .giving import HARBOUR, ZEPPELIN, encrypted_pdf, given, zip_bomb


@pytest.fixture
def engine() -> Iterator[Engine]:
    made = Engine(load_settings(generator="extractive", lock_seconds=0)[0])
    yield made
    made.close()


def kept(engine: Engine) -> dict[str, str]:
    """The originals by name, without the files of the lock."""
    folder = engine.settings.library / FOLDER
    return {
        path.name: path.read_text(errors="replace")
        for path in sorted(folder.iterdir())
        if not path.name.startswith("writer.")
    }


def articles(engine: Engine, *, removed: bool = False) -> list[VersionInfo]:
    with engine.library.reading() as db:
        return catalogue.list_articles(db, removed=removed)


def outcomes(added: Added) -> list[tuple[str, str]]:
    return [(item.source, item.outcome) for item in added.items]


def why(added: Added, source: str) -> str:
    return next(item.why or "" for item in added.items if item.source == source)


def test_a_file_becomes_an_article_and_its_original_is_for_the_owner_alone(engine: Engine) -> None:
    added = add_articles(engine, [given("zeppelin.md")], [])
    assert outcomes(added) == [("zeppelin.md", "added")]
    assert added.kept == 1
    (item,) = added.items
    assert item.title == "A zeppelin over Isfahan"
    assert item.found["published"] == "front matter"
    assert kept(engine) == {"zeppelin.md": ZEPPELIN}
    folder = engine.settings.library / FOLDER
    assert stat.S_IMODE((folder / "zeppelin.md").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert engine.search("zeppelin of Isfahan")[0].title == "A zeppelin over Isfahan"


def test_the_same_file_again_is_the_same_article(engine: Engine) -> None:
    add_articles(engine, [given("zeppelin.md")], [])
    assert outcomes(add_articles(engine, [given("zeppelin.md")], [])) == [
        ("zeppelin.md", "unchanged")
    ]
    assert len(articles(engine)) == 1
    assert list(kept(engine)) == ["zeppelin.md"]


def test_an_edited_file_is_a_new_version(engine: Engine) -> None:
    add_articles(engine, [given("zeppelin.md")], [])
    edited = ZEPPELIN.replace("Tuesday", "Wednesday")
    added = add_articles(engine, [given("zeppelin.md", edited)], [])
    assert [(item.outcome, item.version) for item in added.items] == [("updated", 2)]
    assert kept(engine) == {"zeppelin.md": edited}


def test_another_document_of_the_same_name_is_another_article(engine: Engine) -> None:
    add_articles(engine, [given("report.md")], [])
    added = add_articles(engine, [given("report.md", HARBOUR)], [])
    assert outcomes(added) == [("report.md", "added")]
    assert {info.title for info in articles(engine)} == {
        "A zeppelin over Isfahan", "The harbour of Haifa",
    }  # fmt: skip
    assert kept(engine) == {"report.md": ZEPPELIN, "report-2.md": HARBOUR}
    # Each is found again under its own name.
    edited = HARBOUR.replace("sirens", "alarms")
    again = add_articles(engine, [given("report.md", edited), given("report.md")], [])
    assert {(item.outcome, item.version) for item in again.items} == {
        ("unchanged", 1), ("updated", 2),
    }  # fmt: skip
    assert kept(engine) == {"report.md": ZEPPELIN, "report-2.md": edited}


def test_a_name_is_not_taken_over_when_the_owner_has_cleared_the_folder(engine: Engine) -> None:
    add_articles(engine, [given("report.md")], [])
    (engine.settings.library / FOLDER / "report.md").unlink()
    add_articles(engine, [given("report.md", HARBOUR)], [])
    assert [info.number for info in articles(engine)] == [1, 1]
    assert list(kept(engine)) == ["report-2.md"]


def test_two_files_of_one_name_at_once(engine: Engine) -> None:
    three = [given("a.md"), given("a.md", HARBOUR), given("a.md")]
    added = add_articles(engine, three, [])
    assert sorted(outcomes(added)) == [("a.md", "added"), ("a.md", "added"), ("a.md", "failed")]
    assert any("given twice" in (item.why or "") for item in added.items)


def test_hostile_names_stay_in_the_folder(engine: Engine, tmp_path: Path) -> None:
    files = [
        given("../../x.md"), given("con.txt", "A line.\n\nThe consul spoke of grain."),
        given("evil\u202efdp.md", HARBOUR), given("/etc/cron.d/y.txt", "The cron of the text."),
    ]  # fmt: skip
    added = add_articles(engine, files, [])
    assert added.kept == 4
    assert [item.source for item in added.items] == ["x.md", "con.txt", "evilfdp.md", "y.txt"]
    assert set(kept(engine)) == {"x.md", "con-file.txt", "evilfdp.md", "y.txt"}
    assert not (tmp_path / "x.md").exists()


def test_what_is_bad_is_told_in_a_sentence_and_the_others_are_added(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        engine, "settings", engine.settings.model_copy(update={"upload_bytes": 2**20})
    )
    bad = {
        "program.exe": (b"MZ\x90", "is of no kind"),
        "empty.txt": (b"", "is empty"),
        "binary.txt": (bytes(range(256)) * 20, "binary"),
        "bomb.docx": (zip_bomb(), "bomb.docx"),
        "secret.pdf": (encrypted_pdf(), "password"),
        "large.txt": (b"word " * 2**18, "larger than the 1 MiB"),
        "wrong.pdf": (b"no pdf at all", "called a PDF"),
    }
    uploads = [given(name, content) for name, (content, _) in bad.items()]
    added = add_articles(engine, [*uploads, given("good.md")], [])
    assert ("good.md", "added") in outcomes(added)
    for name, (_, words) in bad.items():
        assert (name, "failed") in outcomes(added)
        assert words in why(added, name)
        assert str(engine.settings.library) not in why(added, name)
    assert list(kept(engine)) == ["good.md"]


def test_a_bad_edit_gives_the_original_back(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_articles(engine, [given("zeppelin.md")], [])

    def fails(*_: object) -> None:
        raise UsageError("The pipeline fails.")

    monkeypatch.setattr(ingestion.Adder, "run", fails)
    with pytest.raises(UsageError):
        add_articles(engine, [given("zeppelin.md", ZEPPELIN.replace("Tuesday", "Monday"))], [])
    assert kept(engine) == {"zeppelin.md": ZEPPELIN}


def test_addresses_are_fetched_and_nothing_else_is_read(engine: Engine, folder: Path) -> None:
    page = b"<html><head><title>Fetched</title></head><body><article><p>"
    page += b"The fetched zeppelin landed in the fields near the town at noon, a witness said."
    page += b"</p></article></body></html>"
    fetcher = FakeFetcher({"https://example.org/a": page})
    typed = [
        "https://example.org/a", "https://example.org/a", str(folder / "briefing.md"), "-",
        "file:///etc/passwd", "https://example.org/missing",
    ]  # fmt: skip
    added = add_articles(engine, [], typed, fetcher=fetcher)
    assert sorted(outcomes(added)) == sorted([
        ("https://example.org/a", "added"), ("https://example.org/missing", "failed"),
        (str(folder / "briefing.md"), "failed"), ("-", "failed"), ("file:///etc/passwd", "failed"),
    ])  # fmt: skip
    assert "is no web address" in why(added, "-")
    assert fetcher.asked == ["https://example.org/a", "https://example.org/missing"]


@pytest.mark.parametrize(
    "address", ["http://127.0.0.1/x", "http://[::1]/", "http://169.254.169.254/latest/"]
)
def test_private_addresses_are_refused(engine: Engine, address: str) -> None:
    added = add_articles(engine, [], [address])
    assert outcomes(added) == [(address, "failed")]


def test_too_many_at_once(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ingestion, "MOST_AT_ONCE", 2)
    files = [given(f"{n}.txt", f"The report number {n} of the day.") for n in range(3)]
    addresses = [f"https://example.org/{n}" for n in range(3)]
    fetcher = FakeFetcher({})
    added = add_articles(engine, files, addresses, fetcher=fetcher)
    assert added.kept == 2
    assert "one too many" in why(added, "2.txt")
    assert "one too many" in why(added, "https://example.org/2")
    assert fetcher.asked == addresses[:2]


def test_nothing_given_is_wrong_usage(engine: Engine) -> None:
    with pytest.raises(UsageError, match="Nothing is given"):
        add_articles(engine, [], [])


def test_steps_are_told_and_stopping_keeps_what_was_committed(engine: Engine) -> None:
    stop, steps = threading.Event(), []

    def told(step: Step) -> None:
        steps.append(step)
        if step.kept == 1:
            stop.set()

    files = [given(f"{n}.txt", f"The report number {n} of the {n}th day.") for n in range(6)]
    added = add_articles(engine, files, ["https://example.org/a"], told=told, stop=stop,
                         fetcher=FakeFetcher({}))  # fmt: skip
    assert added.stopped
    assert added.kept == len(articles(engine)) == 1
    assert steps[0].sources == 7
    left = [item for item in added.items if item.outcome == "skipped"]
    assert len(left) == 6
    assert all("stopped" in (item.why or "") for item in left)
    assert list(kept(engine)) == ["0.txt"]
    # The same again goes on from there.
    assert add_articles(engine, files, []).counts()["added"] == 5


def test_stopped_while_a_feed_is_read(engine: Engine) -> None:
    stop = threading.Event()
    links = "".join(
        f"<item><title>{n}</title><link>https://example.org/{n}</link></item>" for n in range(5)
    )
    feed = f"<rss version='2.0'><channel><title>F</title>{links}</channel></rss>".encode()

    class Stopping(FakeFetcher):
        def fetch(self, url: str) -> object:  # type: ignore[override]
            if url.endswith("/1"):
                stop.set()
            return super().fetch(url)

    fetcher = Stopping({"https://example.org/feed.xml": feed})
    added = add_articles(engine, [], ["https://example.org/feed.xml"], stop=stop, fetcher=fetcher)
    assert added.stopped
    assert fetcher.asked[-1] == "https://example.org/1"


def test_one_adding_at_a_time_and_others_are_told_calmly(engine: Engine) -> None:
    folder = engine.settings.library
    with writer_lock(folder, wait=0), pytest.raises(LibraryLocked, match="try again") as caught:
        add_articles(engine, [given("zeppelin.md")], [])
    assert str(folder) not in str(caught.value)
    assert kept(engine) == {}
    with (
        writer_lock(folder / FOLDER, wait=0),
        pytest.raises(LibraryLocked, match="by somebody else"),
    ):
        add_articles(engine, [given("zeppelin.md")], [])
    assert add_articles(engine, [given("zeppelin.md")], []).kept == 1


def test_what_a_killed_adding_left_is_swept(engine: Engine) -> None:
    add_articles(engine, [given("zeppelin.md")], [])
    (engine.settings.library / FOLDER / ".incoming-00.md").write_text("half")
    add_articles(engine, [given("zeppelin.md")], [])
    assert list(kept(engine)) == ["zeppelin.md"]


def test_a_removed_article_comes_back_when_it_is_added_again(engine: Engine) -> None:
    (item,) = add_articles(engine, [given("zeppelin.md")], []).items
    remove_article(engine, item.article_id or "")
    assert articles(engine) == []
    added = add_articles(engine, [given("zeppelin.md")], [])
    assert added.kept == 1
    assert [info.article_id for info in articles(engine)] == [item.article_id]


def test_removal_and_undo(engine: Engine) -> None:
    (item,) = add_articles(engine, [given("zeppelin.md")], []).items
    name = item.article_id or ""
    assert remove_article(engine, name).removed
    assert engine.search("zeppelin") == []
    with pytest.raises(NotInLibrary, match="removed already"):
        remove_article(engine, name)
    assert not restore_article(engine, name).removed
    assert engine.search("zeppelin of Isfahan")
    with pytest.raises(NotInLibrary, match="has not been removed"):
        restore_article(engine, name)


@pytest.mark.parametrize("part", ["2024", "2024-06-01", "", "%", "zeppelin.md"])
def test_removal_wants_the_whole_id(engine: Engine, part: str) -> None:
    add_articles(engine, [given("zeppelin.md")], [])
    with pytest.raises(NotInLibrary):
        remove_article(engine, part)
    assert len(articles(engine)) == 1


def test_removal_while_others_write(engine: Engine) -> None:
    (item,) = add_articles(engine, [given("zeppelin.md")], []).items
    with (
        writer_lock(engine.settings.library, wait=0),
        pytest.raises(LibraryLocked, match="is as it was"),
    ):
        remove_article(engine, item.article_id or "")
    assert len(articles(engine)) == 1


def test_an_index_that_cannot_be_written_is_told_with_the_report(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> bool:
        raise DiskFull("The disk is full.")

    monkeypatch.setattr(Writer, "publish", full)
    added = add_articles(engine, [given("zeppelin.md")], [])
    assert (added.kept, added.notice) == (1, "The disk is full.")


def test_items_tell_no_path_of_the_server(engine: Engine) -> None:
    files = [given("a.htm", "<p>"), given("a.html", "<p>"), given("b.jsonl", "{broken\n")]
    added = add_articles(engine, files, [])
    assert [item.outcome for item in added.items] == ["failed"] * 3
    assert str(engine.settings.library) not in repr(added)
    assert [item.source.partition("#")[0] for item in added.items] == ["a.htm", "a.html", "b.jsonl"]


def test_lines_become_addresses() -> None:
    assert addresses_in(" https://a.example/ \n\n\thttps://b.example\r\n") == [
        "https://a.example/", "https://b.example",
    ]  # fmt: skip


def test_what_is_an_edit_and_what_another_document() -> None:
    assert alike(ZEPPELIN, ZEPPELIN.replace("Tuesday", "Monday") + "One more paragraph.")
    assert alike("Seven officers were killed.", "Nine officers were killed.")
    assert not alike(ZEPPELIN, HARBOUR)
    assert not alike("", "")
