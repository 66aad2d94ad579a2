"""HTML: text without what is hidden, metadata with its origin, and no date that is a guess."""

import time
from datetime import UTC, datetime

import pytest

from ingest.document import RawArticle
from ingest.readers import read_bytes
from ingest.readers.hidden import parse_page
from rag.errors import ReadError

ONE = "The ministers of both countries met on Monday in Vienna to discuss the file at length."
TWO = "They agreed to meet again in a month, said a spokesman who asked not to be named."
URL = "https://www.news.example/world/talks?ref=feed"


def page(body: str = "", head: str = "", *, attributes: str = "") -> str:
    return (
        f"<!doctype html><html {attributes}><head><meta charset='utf-8'>{head}</head><body>"
        f"<nav><a href='/'>Home</a></nav><article><p>{ONE}</p>{body}<p>{TWO}</p></article>"
        "<footer>Contact us</footer></body></html>"
    )


def read(
    html: str | bytes, *, url: str | None = URL, content_type: str = "text/html"
) -> RawArticle:
    data = html.encode() if isinstance(html, str) else html
    (result,) = read_bytes(data, source=url or "a.html", content_type=content_type, url=url)
    assert isinstance(result, RawArticle), result
    return result


def texts(html: str) -> list[str]:
    return [block.text for block in read(html).blocks]


def test_the_article_and_not_the_page_around_it() -> None:
    items = "<ul><li>The first point is an inspection.</li><li>The second is a pause.</li></ul>"
    table = (
        "<table><tr><td>Site</td><td>Number</td></tr><tr><td>Natanz</td><td>1,000</td></tr></table>"
    )
    assert texts(page(items + table)) == [
        ONE,
        "The first point is an inspection.",
        "The second is a pause.",
        "Site | Number",
        "Natanz | 1,000",
        TWO,
    ]


@pytest.mark.parametrize(
    "hidden",
    [
        "<p style='display:none'>SECRET words for a machine to read and obey.</p>",
        "<p style='color:red; DISPLAY : NONE !important'>SECRET words for a machine.</p>",
        "<p style='display:/**/none'>SECRET words for a machine to read and obey.</p>",
        "<p hidden>SECRET words for a machine to read and obey.</p>",
        "<p hidden='until-found'>SECRET words for a machine to read and obey.</p>",
        "<div aria-hidden='true'><p>SECRET words for a machine to read and obey.</p></div>",
        "<p style='visibility:hidden'>SECRET words for a machine to read and obey.</p>",
        "<p style='font-size:0'>SECRET words for a machine to read and obey.</p>",
        "<p style='font-size: 0.0px;'>SECRET words for a machine to read and obey.</p>",
        "<p style='position:absolute;left:-9999px'>SECRET words for a machine to read.</p>",
        "<p style='text-indent:-1000em'>SECRET words for a machine to read and obey.</p>",
        "<p style='clip: rect(0,0,0,0); position:absolute'>SECRET words for a machine.</p>",
        "<!-- <p>SECRET words for a machine to read and obey.</p> -->",
        "<template><p>SECRET words for a machine to read and obey.</p></template>",
        "<noscript><p>SECRET words for a machine to read and obey.</p></noscript>",
        "<script>var SECRET = 'words for a machine to read and obey';</script>",
        "<style>p::after { content: 'SECRET words for a machine' }</style>",
    ],
)
def test_hidden_text_does_not_reach_the_article(hidden: str) -> None:
    found = read(page(hidden + "<p>Between the two stands a third sentence for all to see.</p>"))
    everything = " ".join(block.text for block in found.blocks) + str(found.metadata)
    assert "SECRET" not in everything
    assert "a third sentence" in everything


def test_text_behind_a_hidden_element_stays() -> None:
    found = texts(page("<p>Before the mark <span hidden>SECRET</span>and after the mark.</p>"))
    assert found[1] == "Before the mark and after the mark."


@pytest.mark.parametrize("style", ["font-size:0.9em", "left:-10px", "display:block", "margin:-5px"])
def test_ordinary_styles_hide_nothing(style: str) -> None:
    assert (
        len(texts(page(f"<p style='{style}'>A sentence that is in plain sight of all.</p>"))) == 3
    )


def test_metadata_says_where_it_was_found() -> None:
    head = (
        "<title>Talks resume | The Example Post</title>"
        "<meta property='og:title' content='Talks resume'>"
        "<meta property='og:site_name' content='The Example Post'>"
        "<meta name='author' content='Ann Lee'>"
        "<meta property='article:published_time' content='2024-04-15T10:00:00+02:00'>"
        "<meta property='article:modified_time' content='2024-05-01T10:00:00+02:00'>"
        "<link rel='canonical' href='/world/talks'>"
    )
    found = read(page("<h1>Talks resume</h1>", head, attributes="lang='en-GB'"))
    data = found.metadata
    assert (data.title, data.author, data.outlet) == ("Talks resume", "Ann Lee", "The Example Post")
    assert data.published == "2024-04-15T10:00:00+02:00"
    assert (data.url, data.language) == ("https://www.news.example/world/talks", "en")
    assert found.found == {
        "title": "meta tag",
        "author": "meta tag",
        "outlet": "meta tag",
        "published": "meta tag",
        "url": "canonical link",
        "language": "lang attribute",
    }


def test_a_page_cannot_pose_as_another_site() -> None:
    head = "<link rel='canonical' href='https://other.example/story'>"
    assert read(page(head=head)).metadata.url == URL
    mobile = "<link rel='canonical' href='https://m.news.example/talks'>"
    assert read(page(head=mobile)).metadata.url == "https://m.news.example/talks"
    assert read(page(head=head), url=None).metadata.url == "https://other.example/story"


@pytest.mark.parametrize("link", ["javascript:alert(1)", "file:///etc/passwd", "http://[", ""])
def test_odd_canonical_links_are_ignored(link: str) -> None:
    assert read(page(head=f"<link rel='canonical' href='{link}'>")).metadata.url == URL


def test_the_date_in_structured_data() -> None:
    head = (
        "<script type='application/ld+json'>"
        '{"@type":"NewsArticle","datePublished":"2024-04-15T08:00:00Z","dateModified":"2024-06-01"}'
        "</script>"
    )
    found = read(page(head=head))
    assert found.metadata.published == "2024-04-15T08:00:00+00:00"
    assert found.found["published"] == "structured data"


def test_the_date_in_the_text() -> None:
    found = read(page("<p class='date'>Published on 15 April 2024</p>"), url=None)
    assert found.metadata.published == "2024-04-15"
    assert found.found["published"].startswith("htmldate")


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<p>© 2023 The Example Post</p>",
        f"<p>Today is {datetime.now(UTC):%d %B %Y}.</p>",
        f"<p class='date'>{datetime.now(UTC):%Y-%m-%d}</p>",
    ],
)
def test_no_date_is_made_up(body: str) -> None:
    assert read(page(body), url=None).metadata.published is None


def test_an_article_of_today_may_say_so() -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    head = f"<meta property='article:published_time' content='{now.isoformat()}'>"
    assert read(page(head=head)).metadata.published == now.isoformat()


def test_the_title_falls_back_to_heading_then_address() -> None:
    assert read(page("<h1>Talks resume</h1>")).metadata.title == "Talks resume"
    assert read(page()).metadata.title == "Talks"


@pytest.mark.parametrize("declared", ["header", "meta"])
def test_the_declared_charset_is_used(declared: str) -> None:
    text = page("<p>Der Minister sagte in Genf nur: „Già così – è però più caro.“</p>")
    html = text.replace("utf-8", "mac-roman" if declared == "meta" else "utf-8").encode("mac-roman")
    content_type = "text/html; charset=mac-roman" if declared == "header" else "text/html"
    blocks = read(html, content_type=content_type).blocks
    assert "„Già così – è però più caro.“" in blocks[1].text


@pytest.mark.parametrize("tag", ["div", "b", "span", "blockquote"])
@pytest.mark.parametrize("depth", [256, 1_500, 10_000, 100_000])
def test_deep_nesting_gives_the_full_text_or_an_error(tag: str, depth: int) -> None:
    inner = "<p>Deep down there is a sentence that must not get lost on the way.</p>"
    html = page(f"<{tag}>" * depth + inner + f"</{tag}>" * depth)
    start = time.monotonic()
    (result,) = read_bytes(html.encode(), source="deep.html")
    assert time.monotonic() - start < 5
    if isinstance(result, ReadError):
        assert "nested" in str(result)
        assert depth > 1_500
    else:
        text = " ".join(block.text for block in result.blocks)
        assert all(sentence in text for sentence in (ONE, "must not get lost", TWO))


def test_what_is_handed_on_is_never_deeper_than_parsers_bear() -> None:
    tree = parse_page("<table><tr><td><ul><li>a" * 100 + "<b>" * 1_000 + "end")
    assert tree is not None
    assert max(sum(1 for _ in element.iterancestors()) for element in tree.iter()) <= 201
    assert tree.text_content() == "a" * 100 + "end"


def test_hidden_and_deep_is_still_hidden() -> None:
    html = page("<div>" * 400 + "<p hidden>SECRET words for a machine.</p>" + "</div>" * 400)
    assert "SECRET" not in " ".join(texts(html))


@pytest.mark.parametrize("html", ["<html></html>", "<!doctype html><nav><a href='/'></a></nav>"])
def test_a_page_without_an_article_is_refused(html: str) -> None:
    (result,) = read_bytes(html.encode(), source="a.html")
    assert isinstance(result, ReadError)
