"""From arguments to sources, and from sources to articles."""

import io
import os
import re
from pathlib import Path

import pytest

from ingest.document import RawArticle
from ingest.fetch import FakeFetcher, Page
from ingest.sources import Skipped, Source, expand, load
from rag.errors import FetchError, FetchRefused, ReadError

NO_NETWORK = FakeFetcher({})
FEED_URL = "https://news.example/feed.xml"
TEXT = "Iran launched missiles at Israel on 1 October 2024, officials said. " * 4


def html(title: str | None = "A page", head: str = "") -> bytes:
    named = f"<title>{title}</title><meta property='og:title' content='{title}'>" if title else ""
    return (
        f"<html><head>{named}{head}</head><body><article>"
        f"<p>{TEXT}</p><p>{TEXT}</p></article></body></html>"
    ).encode()


def plant(root: Path, *names: str) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(TEXT)
    return root


# expand


def test_a_folder_gives_its_articles_in_order(tmp_path):
    plant(tmp_path, "b.md", "a.txt", "c/z.PDF", "c/a.jsonl", "c.html")
    found = list(expand([str(tmp_path)]))
    root = str(tmp_path.resolve())
    assert found == [
        Source(str(tmp_path / name), "file", root)
        for name in ("a.txt", "b.md", "c/a.jsonl", "c/z.PDF", "c.html")
    ]


def test_every_extension_that_can_be_read_is_taken(tmp_path):
    known = ["txt", "text", "md", "markdown", "html", "htm", "xhtml"]
    plant(tmp_path, *(f"a.{name}" for name in [*known, "pdf", "docx", "jsonl", "ndjson"]))
    assert len([item for item in expand([str(tmp_path)]) if isinstance(item, Source)]) == 11


def test_hidden_files_are_left_out_and_others_counted(tmp_path):
    plant(tmp_path, ".hidden.txt", ".git/a.txt", "__pycache__/a.txt", "a.png", "README", "a.txt")
    found = list(expand([str(tmp_path)]))
    assert [item.location for item in found if isinstance(item, Source)] == [
        str(tmp_path / "a.txt")
    ]
    skipped = {Path(item.location).name: item.reason for item in found if isinstance(item, Skipped)}
    assert skipped == {"README": "no reader for 'no extension'", "a.png": "no reader for '.png'"}


def test_links_that_go_in_circles_end(tmp_path):
    plant(tmp_path, "a/a.txt", "b/b.txt")
    (tmp_path / "a" / "up").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "b" / "self").symlink_to(tmp_path / "b", target_is_directory=True)
    (tmp_path / "gone.txt").symlink_to(tmp_path / "nowhere.txt")
    found = list(expand([str(tmp_path)]))
    assert [Path(item.location).name for item in found if isinstance(item, Source)] == [
        "a.txt",
        "b.txt",
    ]
    reasons = [item.reason for item in found if isinstance(item, Skipped)]
    assert reasons.count("a link to a folder that is read already") == 2
    assert reasons.count("not a regular file, or a broken link") == 1


def test_folders_nest_deeper_than_python(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for _ in range(1100):
        Path("d").mkdir()
        os.chdir("d")
    os.chdir(tmp_path)
    assert list(expand(["d"])) == []
    for _ in range(1100):
        os.chdir("d")
    for _ in range(1100):
        os.chdir("..")
        Path("d").rmdir()


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every folder")
def test_a_folder_that_cannot_be_read_is_an_error(tmp_path):
    plant(tmp_path, "a/a.txt", "b.txt")
    (tmp_path / "a").chmod(0)
    error, source = expand([str(tmp_path)])
    (tmp_path / "a").chmod(0o700)
    assert isinstance(error, ReadError)
    assert "cannot be read" in str(error)
    assert isinstance(source, Source)


def test_a_file_named_itself_is_tried_whatever_its_extension(tmp_path):
    plant(tmp_path, "notes", "a.png", ".hidden")
    names = [str(tmp_path / name) for name in ("notes", "a.png", ".hidden")]
    assert list(expand(names)) == [Source(name, "file") for name in names]


def test_web_addresses_and_standard_input():
    found = list(expand(["https://a.example/x", "HTTP://b.example", "-", "file:///etc/passwd"]))
    assert found == [
        Source("https://a.example/x", "url"),
        Source("HTTP://b.example", "url"),
        Source("-", "stdin"),
        Source("file:///etc/passwd", "url"),
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere.txt"], r"'nowhere\.txt' does not exist"),
        ([""], "cannot be a path"),
        (["a\x00b"], "cannot be a path"),
        (["a\udc80b.txt"], "cannot be a path"),
        (["x" * 5000], "cannot be a path|does not exist"),
        (["-", "-"], "only once"),
        (["/dev/null"], "neither a file nor a folder"),
    ],
)
def test_what_cannot_be_a_source_is_an_error(arguments, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    *_, last = expand(arguments)
    assert isinstance(last, ReadError)
    assert re.search(message, str(last))


# load


def articles(source: Source, fetcher: FakeFetcher = NO_NETWORK, **options) -> list:
    return list(load(source, fetcher, **options))


def test_reads_a_file(tmp_path):
    plant(tmp_path, "a.txt")
    (article,) = articles(Source(str(tmp_path / "a.txt"), "file"))
    assert article.source == str(tmp_path / "a.txt")
    assert "missiles" in article.blocks[0].text


def test_reads_standard_input_to_a_limit(monkeypatch):
    (article,) = articles(Source("-", "stdin"), stdin=io.BytesIO(TEXT.encode()))
    assert "missiles" in article.blocks[0].text
    monkeypatch.setattr("ingest.sources.STDIN_BYTES", 10)
    (error,) = articles(Source("-", "stdin"), stdin=io.BytesIO(TEXT.encode()))
    assert isinstance(error, ReadError)
    assert "split it" in str(error)


def test_reads_a_page_under_its_canonical_address():
    asked = "https://news.example/a?utm_source=x"
    page = Page(asked, "https://WWW.news.example/a.html?utm_source=x", "text/html", "utf-8", html())
    (article,) = articles(Source(asked, "url"), FakeFetcher({asked: page}))
    assert article.source == asked
    assert article.metadata.url == "https://www.news.example/a.html"
    assert article.metadata.title == "A page"


def test_the_charset_of_the_header_is_used():
    page = Page("u", "https://a.example/a.txt", "text/plain", "cp1256", "سلام".encode("cp1256") * 9)
    (article,) = articles(Source("u", "url"), FakeFetcher({"u": page}))
    assert "سلام" in article.blocks[0].text


@pytest.mark.parametrize(
    ("canonical", "kept"),
    [
        ("https://www.news.example/b.html?fbclid=1", "https://www.news.example/b.html"),
        ("https://reuters.example/b.html", "https://news.example/a.html"),
    ],
)
def test_a_page_cannot_stand_in_for_an_article_of_another_site(canonical, kept):
    url = "https://news.example/a.html"
    body = html(head=f"<link rel='canonical' href='{canonical}'>")
    (article,) = articles(Source(url, "url"), FakeFetcher({url: body}))
    assert article.metadata.url == kept


def test_what_cannot_be_fetched_is_an_error():
    (error,) = articles(Source("https://a.example/", "url"))
    assert isinstance(error, FetchError)


def test_xml_that_is_no_feed_is_an_error():
    page = Page("u", "https://a.example/map.xml", "text/xml", None, b"<urlset><url/></urlset>")
    (error,) = articles(Source("u", "url"), FakeFetcher({"u": page}))
    assert isinstance(error, ReadError)
    assert "neither a feed nor a page" in str(error)


def test_what_was_called_a_feed_must_be_one():
    (error,) = articles(Source("https://a.example/", "feed"), FakeFetcher({FEED_URL: html()}))
    assert isinstance(error, FetchError)
    (error,) = articles(Source(FEED_URL, "feed"), FakeFetcher({FEED_URL: html()}))
    assert isinstance(error, ReadError)
    assert "no RSS or Atom feed" in str(error)


def feed(*items: str) -> bytes:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return (
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>The Outlet</title>{inside}"
        "</channel></rss>"
    ).encode()


ENTRY = (
    "<link>/a.html</link><title>From the feed</title>"
    "<pubDate>Tue, 01 Oct 2024 19:31:00 +0300</pubDate><author>F. Writer</author>"
)


def test_a_feed_gives_the_article_of_each_entry():
    fetcher = FakeFetcher(
        {
            FEED_URL: feed(ENTRY, "<link>/b.html</link>"),
            "https://news.example/a.html": html(None),
            "https://news.example/b.html": html("B"),
        }
    )
    first, second = articles(Source(FEED_URL, "url"), fetcher)
    assert isinstance(first, RawArticle)
    assert first.source == "https://news.example/a.html"
    assert first.metadata.title == "From the feed"
    assert first.metadata.author == "F. Writer"
    assert first.metadata.published == "2024-10-01T19:31:00+03:00"
    assert first.metadata.outlet == "The Outlet"
    assert first.metadata.extra["feed"] == FEED_URL
    assert first.found["title"] == first.found["published"] == "feed"
    assert second.metadata.title == "B"
    assert fetcher.asked == [
        FEED_URL,
        "https://news.example/a.html",
        "https://news.example/b.html",
    ]


def test_what_the_page_says_of_itself_stands():
    head = (
        "<meta property='article:published_time' content='2024-10-02T08:00:00+00:00'>"
        "<meta name='author' content='Page Writer'>"
        "<meta property='og:site_name' content='Page Outlet'>"
    )
    fetcher = FakeFetcher(
        {FEED_URL: feed(ENTRY), "https://news.example/a.html": html("Page title", head)}
    )
    (article,) = articles(Source(FEED_URL, "url"), fetcher)
    assert article.metadata.title == "Page title"
    assert article.metadata.published.startswith("2024-10-02")
    assert article.metadata.outlet == "Page Outlet"
    assert article.metadata.author == "Page Writer"


def test_an_entry_whose_article_cannot_be_had_says_so():
    summary = "<description>What it says</description>"
    fetcher = FakeFetcher(
        {
            FEED_URL: feed(
                f"<link>/gone.html</link>{summary}",
                "<link>/gone2.html</link>",
                f"<link>/private.html</link>{summary}",
                f"<link>/empty.txt</link>{summary}",
                "<title>No link</title>",
                "<link>/a.html</link>",
            ),
            "https://news.example/private.html": FetchRefused("Refused."),
            "https://news.example/empty.txt": b" ",
            "https://news.example/a.html": html(),
        }
    )
    unlinked, gone, bare, private, empty, article = articles(Source(FEED_URL, "url"), fetcher)
    assert "1 entries" in str(unlinked)
    assert type(gone) is FetchError
    assert "The feed has a summary of it" in str(gone)
    assert type(bare) is FetchError
    assert "summary" not in str(bare)
    assert type(private) is FetchRefused
    assert str(private).startswith("Refused. The feed has a summary")
    assert type(empty) is ReadError
    assert "The feed has a summary" in str(empty)
    assert isinstance(article, RawArticle)


def test_a_feed_in_a_feed_is_not_followed():
    fetcher = FakeFetcher({FEED_URL: feed("<link>/feed.xml</link>")})
    (error,) = articles(Source(FEED_URL, "url"), fetcher)
    assert isinstance(error, ReadError)
    assert "a feed in a feed" in str(error)
    assert fetcher.asked == [FEED_URL] * 2


def test_a_feed_may_be_a_file(tmp_path):
    path = tmp_path / "feed.rss"
    path.write_bytes(feed("<link>https://news.example/a.html</link>", "<link>/b</link>"))
    fetcher = FakeFetcher({"https://news.example/a.html": html()})
    unlinked, article = articles(Source(str(path), "file"), fetcher)
    assert isinstance(unlinked, ReadError)
    assert article.metadata.extra["feed"] == str(path)


def test_lines_of_json_keep_their_own_addresses():
    url = "https://data.example/all.jsonl"
    lines = "".join(
        f'{{"title": "T{n}", "url": "https://n{n}.example/a?utm_source=x", "text": "{TEXT}"}}\n'
        for n in range(2)
    )
    found = articles(Source(url, "url"), FakeFetcher({url: lines.encode()}))
    assert [item.metadata.url for item in found] == [
        "https://n0.example/a",
        "https://n1.example/a",
    ]
