"""`dateline add` from end to end, with the test double and a spy on what is embedded."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pytest

from ingest.pages import FakeFetcher
from ingest.pipeline import Adder
from ingest.report import Item, Report
from rag.errors import FetchError, FetchRefused, LibraryLocked
from rag.library import catalogue
from rag.library.library import Library, open_library
from rag.library.rows import Filters, VersionInfo
from rag.models.embedder import Encoded, Input
from rag.models.hashing import HashingEmbedder
from rag.question import understand
from rag.retrieve import retrieve
from rag.settings import Settings

LONG = (
    "Iran's parliament voted on Sunday to approve the outline of a budget that would raise "
    "military spending by two hundred percent, state media reported, as the government said that "
    "the threats of recent weeks had made stronger defences necessary for the country and that "
    "the money would be found by selling more oil to buyers in the east, which is forbidden."
)


class Spy(HashingEmbedder):
    """Remembers what it embeds; stops at the n-th text as if the user pressed Ctrl-C."""

    def __init__(self, stop_at: int | None = None) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.stop_at = stop_at

    def encode(self, inputs: Iterable[Input]) -> Iterator[Encoded]:
        for item in inputs:
            self.texts.append(item.text)
            if len(self.texts) == self.stop_at:
                raise KeyboardInterrupt
            yield from super().encode([item])


class Told:
    """A progress that remembers."""

    def __init__(self) -> None:
        self.sources: list[int] = []
        self.done = 0
        self.items: list[Item] = []
        self.indexed: list[tuple[int, int]] = []

    def begin(self, sources: int) -> None:
        self.sources.append(sources)

    def source_done(self) -> None:
        self.done += 1

    def item(self, item: Item) -> None:
        self.items.append(item)

    def indexing(self, done: int, total: int) -> None:
        self.indexed.append((done, total))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    opened = open_library(tmp_path / "library", embedding=Spy().identity, create=True)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    return made


Add = Callable[..., Report]


@pytest.fixture
def add(library: Library) -> Add:
    def run(
        *arguments: Path | str,
        spy: Spy | None = None,
        fetcher: FakeFetcher | None = None,
        told: Told | None = None,
        prune: bool = False,
    ) -> Report:
        adder = Adder(library, spy or Spy(), fetcher or FakeFetcher({}), passage_tokens=40)
        if told:
            adder.progress = told
        return adder.run([str(argument) for argument in arguments], prune=prune)

    return run


def write(path: Path, *paragraphs: str, **front: str) -> Path:
    lines = "".join(f"{name}: {value}\n" for name, value in front.items())
    path.write_text(f"---\n{lines}---\n\n" + "\n\n".join(paragraphs) + "\n", encoding="utf-8")
    return path


def counts(report: Report) -> dict[str, int]:
    return {outcome: n for outcome, n in report.counts().items() if n}


def articles(library: Library, *, removed: bool = False) -> list[VersionInfo]:
    with library.reading() as db:
        return catalogue.list_articles(db, removed=removed)


def titles(library: Library, question: str) -> list[str]:
    with library.reading() as db:
        vector = Spy().query(question)
        found = retrieve(db, library.dense, understand(question), vector, Settings())
    return [hit.passage.title for hit in found.hits]


def test_what_happened_to_each_source_is_told(library: Library, folder: Path, add: Add) -> None:
    write(folder / "a.md", "First words of it.", title="A", published="2024-04-15")
    write(folder / "b.md", "Second words of it.", title="B")
    assert counts(add(folder)) == {"added": 2}
    write(folder / "b.md", "Second words, changed.", title="B")
    (folder / "c.txt").write_text("Third words\n\nof it.")
    (folder / "picture.png").write_bytes(b"\x89PNG")
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4 but no more")
    (folder / "empty.md").write_text("")
    report = add(folder, folder / "no-such.md")
    assert counts(report) == {
        "added": 1, "updated": 1, "unchanged": 1, "skipped": 1, "failed": 3,
    }  # fmt: skip
    assert all(item.why for item in (*report.of("failed"), *report.of("skipped")))
    (updated,) = report.of("updated")
    assert (updated.title, updated.version) == ("B", 2)
    (added,) = report.of("added")
    assert added.paragraphs >= 1
    assert library.stats().articles == 3
    assert report.seconds > 0
    assert report.characters > 0


def test_one_bad_file_never_stops_the_rest(folder: Path, add: Add, library: Library) -> None:
    for number in range(6):
        write(folder / f"{number}.md", f"Good words number {number}.", title=f"T{number}")
        (folder / f"{number}-bad.md").write_bytes(b"---\ntitle: [\n---\nx")
        (folder / f"{number}-bad.docx").write_bytes(b"PK\x03\x04 no zip")
    report = add(folder)
    assert counts(report) == {"added": 6, "failed": 12}
    assert library.stats().articles == 6


def test_what_is_unchanged_is_not_embedded_again(folder: Path, add: Add) -> None:
    for number in range(3):
        write(folder / f"{number}.md", f"Some words number {number}.", title=f"T{number}")
    first, second = Spy(), Spy()
    add(folder, spy=first)
    report = add(folder, spy=second)
    assert len(first.texts) == 3
    assert second.texts == []
    assert counts(report) == {"unchanged": 3}
    assert (report.embedded, report.reused) == (0, 0)


def test_a_change_embeds_only_what_changed(folder: Path, add: Add, library: Library) -> None:
    # Each fills a passage.
    paragraphs = [f"Paragraph {n} " + "word " * 38 for n in range(6)]
    path = write(folder / "a.md", *paragraphs, title="T")
    first, second = Spy(), Spy()
    add(folder, spy=first)
    write(path, *paragraphs[:4], "This one is new " * 10, *paragraphs[5:], title="T")
    report = add(folder, spy=second)
    assert counts(report) == {"updated": 1}
    assert len(first.texts) == 6
    (text,) = second.texts
    assert "This one is new" in text
    assert (report.embedded, report.reused) == (1, 5)
    with library.reading() as db:
        (row,) = catalogue.list_articles(db)
        versions = catalogue.list_versions(db, row.article_id)
        assert "This one is new" in catalogue.read_version(db, row.article_id, 2).text
        assert "This one is new" not in catalogue.read_version(db, row.article_id, 1).text
    assert [version.number for version in versions] == [1, 2]


def test_metadata_alone_makes_a_version(folder: Path, add: Add, library: Library) -> None:
    path = write(folder / "a.md", "The same words.", title="T", published="2024-04-15")
    add(folder)
    write(path, "The same words.", title="T", published="2024-04-16")
    assert counts(add(folder)) == {"updated": 1}
    assert [row.published for row in articles(library)] == ["2024-04-16"]


def test_what_was_removed_comes_back_when_it_is_added(
    folder: Path, add: Add, library: Library
) -> None:
    write(folder / "a.md", "Some words.", title="T")
    (item,) = add(folder).of("added")
    with library.writing() as writer:
        writer.remove([str(item.article_id)])
    assert library.stats().articles == 0
    report = add(folder)
    assert report.embedded == 0
    assert library.stats().articles == 1


def test_copies_are_linked_and_folded(folder: Path, add: Add, library: Library) -> None:
    write(folder / "1.md", LONG, title="First", outlet="Agency")
    write(folder / "2.md", f"{LONG} More soon.", title="Second", outlet="Paper")
    write(folder / "4.md", "A budget is a plan for military spending.", title="Other")
    report = add(folder)
    by_title = {item.title: item for item in report.of("added")}
    assert by_title["Second"].copy_of == by_title["First"].article_id
    assert by_title["First"].copy_of is by_title["Other"].copy_of is None
    # A later run knows the earlier articles.
    write(folder / "3.md", f"By our staff. {LONG}", title="Third", outlet="Wire")
    (third,) = add(folder).of("added")
    assert third.copy_of == by_title["First"].article_id
    found = titles(library, "How much would the budget raise military spending?")
    assert "Other" in found
    assert len(set(found) & {"First", "Second", "Third"}) == 1


def test_five_poisoned_copies_count_as_one(folder: Path, add: Add, library: Library) -> None:
    for number in range(5):
        write(folder / f"{number}.md", f"{LONG} Copy {number}.", title=f"Poison {number}")
    write(folder / "true.md", "The budget of the parliament raises nothing.", title="True")
    add(folder)
    assert len(set(titles(library, "What did the parliament of Iran say of the budget?"))) == 2


def test_prune_removes_what_has_left_the_folder(folder: Path, add: Add, library: Library) -> None:
    for name in ("a", "b", "c"):
        write(folder / f"{name}.md", f"The words of {name}.", title=name)
    apart = write(folder.parent / "apart.md", "Words from elsewhere.", title="apart")
    add(folder, apart)
    (folder / "b.md").unlink()
    assert counts(add(folder)) == {"unchanged": 2}
    assert len(articles(library)) == 4
    # What cannot be read now has not left.
    (folder / "c.md").write_bytes(b"---\ntitle: [\n---\nx")
    report = add(folder, prune=True)
    assert counts(report) == {"unchanged": 1, "failed": 1, "removed": 1}
    assert [item.title for item in report.of("removed")] == ["b"]
    assert {row.title for row in articles(library)} == {"a", "c", "apart"}
    assert "b" not in titles(library, "The words of b.")
    assert "b" in {row.title for row in articles(library, removed=True) if row.removed}


PAGE = """<html><head><title>{title}</title>
<meta property="og:title" content="{title}"></head><body><article><h1>{title}</h1>
<p>{text} It is told in a paragraph that is long enough to be taken for an article's own.</p>
<p>And in a second paragraph that is just as long, so that nobody takes it for furniture.</p>
</article></body></html>"""


def page(title: str, text: str) -> bytes:
    return PAGE.format(title=title, text=text).encode()


def test_addresses_are_fetched_and_the_same_one_counts_once(add: Add, library: Library) -> None:
    url = "https://news.example/a"
    again = f"{url}?utm_source=feed#top"
    fetcher = FakeFetcher(
        {url: page("Page A", "The words of A."), again: page("Page A", "The words of A.")}
    )
    report = add(url, again, "https://news.example/gone", fetcher=fetcher)
    assert counts(report) == {"added": 1, "skipped": 1, "failed": 1}
    assert "same article" in str(report.of("skipped")[0].why)
    assert "404" in str(report.of("failed")[0].why)
    (row,) = articles(library)
    assert (row.url, row.key) == (url, url)
    assert row.title == "Page A"
    changed = FakeFetcher({url: page("Page A", "Other words of A.")})
    assert counts(add(url, fetcher=changed)) == {"updated": 1}


def test_a_feed_brings_its_articles(add: Add, library: Library) -> None:
    feed = "https://news.example/feed.xml"
    entries = "".join(
        f"<item><title>Entry {n}</title><link>https://news.example/{n}</link>"
        f"<pubDate>Mon, 1{n} Apr 2024 10:00:00 GMT</pubDate></item>"
        for n in range(4)
    )
    body = (
        f'<?xml version="1.0"?><rss version="2.0"><channel><title>News Example</title>'
        f"<link>https://news.example/</link>{entries}</channel></rss>"
    )
    fetcher = FakeFetcher(
        {
            feed: body.encode(),
            "https://news.example/0": page("Entry 0", "The words of nought."),
            "https://news.example/1": page("Entry 1", "The words of one."),
            "https://news.example/2": FetchError("https://news.example/2 timed out; try later."),
            "https://news.example/3": FetchRefused("https://news.example/3 is refused."),
        }
    )
    report = add(feed, fetcher=fetcher)
    assert counts(report) == {"added": 2, "failed": 2}
    assert {(row.published or "")[:10] for row in articles(library)} == {"2024-04-10", "2024-04-11"}
    assert {row.root for row in articles(library)} == {feed}
    assert counts(add(feed, fetcher=fetcher)) == {"unchanged": 2, "failed": 2}


def test_an_unknown_date_stays_unknown(folder: Path, add: Add, library: Library) -> None:
    write(folder / "a.md", "Words that name no day.", title="T")
    add(folder)
    (row,) = articles(library)
    assert row.published is None
    assert "published" not in row.found
    with library.reading() as db:
        assert len(catalogue.allowed(db, Filters(as_of="2099-01-01"))) == 0
        assert len(catalogue.allowed(db, Filters())) == 1


def test_progress_is_told(folder: Path, add: Add) -> None:
    write(folder / "a.md", "Some words.", title="A")
    write(folder / "b.md", "More words.", title="B")
    (folder / "c.png").write_bytes(b"")
    told = Told()
    report = add(folder, told=told)
    assert told.sources == [3]
    assert told.done == 3
    assert sorted(told.items, key=str) == sorted(report.items, key=str)
    assert told.indexed
    assert told.indexed[-1] == (2, 2)


def test_titles_that_are_the_same_get_names_of_their_own(
    folder: Path, add: Add, library: Library
) -> None:
    for number in range(3):
        write(folder / f"{number}.md", f"Words number {number}.", title="Same")
    add(folder)
    assert sorted(row.article_id for row in articles(library)) == ["same", "same-2", "same-3"]


@pytest.mark.parametrize("stop_at", [1, 2, 3, 4, 6])
def test_interrupted_it_goes_on_where_it_stopped(
    folder: Path, add: Add, library: Library, stop_at: int
) -> None:
    for number in range(6):
        write(folder / f"{number}.md", f"Some words number {number}.", title=f"T{number}")
    with pytest.raises(KeyboardInterrupt):
        add(folder, spy=Spy(stop_at=stop_at))
    kept = articles(library)
    # The article before the one that was being embedded waits for it.
    assert len(kept) >= stop_at - 2
    assert all(row.paragraphs == 1 for row in kept)
    finishing = Spy()
    report = add(folder, spy=finishing)
    assert counts(report).get("unchanged", 0) == len(kept)
    assert len(report.of("added")) == 6 - len(kept) == len(finishing.texts)
    assert library.stats().articles == library.stats().passages == 6


def test_interrupted_in_the_middle_an_article_is_whole_or_absent(
    folder: Path, add: Add, library: Library
) -> None:
    paragraphs = [f"Paragraph {n} " + "word " * 38 for n in range(5)]
    write(folder / "a.md", *paragraphs, title="A")
    write(folder / "b.md", *[text[::-1] for text in paragraphs], title="B")
    whole = Spy()
    with pytest.raises(KeyboardInterrupt):
        add(folder, spy=Spy(stop_at=8))
    assert [row.paragraphs for row in articles(library)] == [5]
    add(folder, spy=whole)
    assert [row.paragraphs for row in articles(library)] == [5, 5]
    assert all("Paragraph 0" not in text for text in whole.texts)


def test_a_second_writer_is_refused(folder: Path, tmp_path: Path, library: Library) -> None:
    write(folder / "a.md", "Some words.", title="A")
    other = open_library(tmp_path / "library", embedding=Spy().identity, lock_seconds=0)
    with library.writing(), pytest.raises(LibraryLocked):
        Adder(other, Spy(), FakeFetcher({}), passage_tokens=40).run([str(folder)])
    other.close()
    assert library.stats().articles == 0


def test_nothing_named_is_nothing_done(add: Add, folder: Path) -> None:
    arguments: Sequence[str] = ()
    assert counts(add(*arguments)) == {}
    assert counts(add(folder)) == {}
