"""Hostile articles and readers, in a browser: all of it is shown as text, none of it is obeyed."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.library import catalogue
from rag.models.hashing import HashingEmbedder

from ...rag.conftest import fill
from .hostile import (
    ARABIC,
    BALLOONS,
    HEBREW,
    LONGEST,
    PERSIAN,
    POISON,
    SEEN,
    plant,
    write_articles,
)
from .serving import Served
from .visiting import Visit, visiting

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SECONDS = 10
"""In which the longest article opens, on a machine that has other work."""

WEIGHT = 500_000
"""Bytes that a page of it has at most."""

RIGHT_TO_LEFT = {"Persian": PERSIAN, "Hebrew": HEBREW, "Arabic": ARABIC}
TYPED = " ".join(POISON)
NAME = TYPED[:119].strip()

PLACES = (
    "#chat .message-content, #source, .conversations, #library-list, #library-reading, "
    "#library-status, .evals .word, #evals-drafted, body > main, body > header"
)
"""Where texts of others are shown."""

STRANGE = """([places, tags, leads]) => {
  const strange = [];
  for (const place of document.querySelectorAll(places))
    for (const one of place.querySelectorAll('*')) {
      const told = one.outerHTML.slice(0, 200);
      if (!tags.includes(one.localName)) strange.push(`element: ${told}`);
      for (const {name} of one.attributes)
        if (/^(on|src|action|formaction|xlink|ping)/.test(name)) strange.push(`${name}: ${told}`);
      if (!one.hasAttribute('href')) continue;
      const href = one.getAttribute('href'), outward = /^https:[/][/]example[.]org[/]/.test(href);
      if (outward ? !one.rel.includes('noopener') || one.target !== '_blank'
                  : !new RegExp(leads).test(href)) strange.push(`link: ${told}`);
    }
  return strange;
}"""
TAGS = [
    *("a", "article", "b", "bdi", "blockquote", "br", "button", "caption", "cite", "code", "dd"),
    *("details", "div", "dl", "dt", "footer", "h1", "h2", "h3", "h4", "header", "li", "main"),
    *("mark", "nav", "ol", "p", "q", "s", "section", "small", "span", "strong", "summary", "table"),
    *("tbody", "td", "textarea", "th", "thead", "time", "tr", "ul"),
]
LEADS = r"^(#[\w-]*|/|/[?]c=\w+|/(answers|articles)/[\w%.~-]+(/[\w/]+|/changes[?][\w=&]+)?)$"
EXPORTED = r"^(#[\w.-]+|http://127[.]0[.]0[.]1:\d+/answers/\w+)$"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server with the articles."""
    folder = tmp_path_factory.mktemp("hostile")
    write_articles(folder / "articles")
    library = fill(folder / "library", HashingEmbedder(), folder / "articles")
    plant(library)
    library.close()
    served = Served(
        folder / "library",
        embedding="hashing",
        generator="extractive",
        abstain_below=0,
        cache=folder / "cache",
        requests_per_minute=100_000,
    )
    yield served
    served.stop()


@pytest.fixture
def visit(browser: Any, server: Served) -> Iterator[Visit]:
    with visiting(browser, server.address) as visit:
        yield visit


def assert_only_ours(page: Any, leads: str = LEADS) -> None:
    """Nothing in the page is an element or a link that Dateline did not make."""
    assert page.evaluate(STRANGE, [PLACES, TAGS, leads]) == []


def text_of(server: Served, address: str) -> str:
    """The paragraph of a citation, as the library has it."""
    found = re.fullmatch(r"/answers/(\w+)/citations/(\d+)", address)
    assert found
    exchange = server.site.store.answer(found[1])
    assert exchange
    (cited,) = [c for c in exchange.reply.citations if c.n == int(found[2])]
    with server.site.engine.library.reading() as db:
        version = catalogue.read_version(db, cited.article_id, cited.version)
    return version.slice(version.paragraph(cited.paragraph))


@pytest.mark.parametrize("name", BALLOONS)
def test_articles_are_shown_as_they_are_and_not_obeyed(
    visit: Visit, server: Served, name: str
) -> None:
    page, poison = visit.page, BALLOONS[name]
    visit.ask(f"Is it true? {SEEN[name]}")
    cited = visit.cited()
    texts = {address: text_of(server, address) for address in cited}
    own = None
    for address, text in texts.items():
        assert visit.open_cited(address).inner_text() == text
        own = address if name in page.inner_text("#source .title") else own
        assert name not in page.inner_text("#source .title") or poison in page.inner_text("#source")
    assert own
    assert_only_ours(page)
    page.hover("#source .title")
    page.focus("#source a.permalink")
    for address in (own, own.partition("/citations")[0]):
        page.goto(visit.address.rstrip("/") + address)
        assert name in page.inner_text("main")
        assert_only_ours(page)
    page.goto(visit.address.rstrip("/") + own)
    assert poison in page.inner_text("main")


@pytest.mark.parametrize(
    ("name", "words"),
    [("anemone", POISON[0]), ("gondola", POISON[6]), ("inflator", " ".join(POISON[9:12]))],
)
def test_an_answer_quotes_them_as_text(visit: Visit, name: str, words: str) -> None:
    visit.ask(f"The pilot of the {name} {words}?")
    assert words in visit.page.inner_text("#chat .sentence .words")
    assert_only_ours(visit.page)


def test_a_speaker_and_an_address_that_no_article_could_bring(visit: Visit) -> None:
    visit.ask("When will the captive balloon be returned?")
    visit.open_cited(visit.cited()[0])
    assert POISON[1] in visit.page.inner_text("#source .speaker")
    assert "Original: javascript:" in visit.page.inner_text("#source")
    assert_only_ours(visit.page)
    visit.page.click("#filters > button")
    visit.page.get_by_label("Speakers").click()
    visit.page.get_by_role("option", name="onerror").wait_for()


def test_the_library_tab_lists_finds_and_opens_them(visit: Visit) -> None:
    page = visit.page
    visit.tab("Library")
    page.wait_for_selector("#library-list table")
    assert_only_ours(page)
    for name, poison in BALLOONS.items():
        page.fill("#library-search input, #library-search textarea", name)
        page.wait_for_selector(f"#library-list caption:has-text('{name}')")
        page.wait_for_selector(".library-passages mark")
        assert_only_ours(page)
        page.locator("#library-list td.title a").click()
        page.wait_for_function(
            "name => document.querySelector('#library-reading .framed')?.innerText.includes(name)",
            arg=name,
        )
        assert poison in page.inner_text("#library-reading")
        assert_only_ours(page)
    page.click("#library-list td.act button")
    page.wait_for_selector("#library-status button")
    assert_only_ours(page)
    page.click("#library-status button")
    page.get_by_text("Brought back").wait_for()


def test_the_longest_paragraph_opens_in_a_bounded_time_and_weight(
    visit: Visit, server: Served
) -> None:
    page = visit.page
    begun = time.monotonic()
    visit.ask("How often was the ballast of the lead airship weighed?")
    (address, *_) = (a for a in visit.cited() if len(text_of(server, a)) > LONGEST * 0.9)
    visit.open_cited(address)
    page.wait_for_selector("#source .cut")
    assert time.monotonic() - begun < SECONDS
    assert len(page.inner_html("#source")) < WEIGHT
    assert len(page.inner_html("#chat")) < WEIGHT
    for path in (address, address.partition("/citations")[0], "/articles/long/versions/1"):
        begun = time.monotonic()
        told = page.request.get(visit.address.rstrip("/") + path)
        assert told.status == 200
        assert len(told.body()) < WEIGHT
        assert time.monotonic() - begun < SECONDS
    begun = time.monotonic()
    visit.tab("Library")
    page.locator("#library-list td.title a[href='/articles/long/versions/1']").click()
    page.wait_for_selector("#library-reading .cut")
    assert time.monotonic() - begun < SECONDS
    assert len(page.inner_html("#library-reading")) < WEIGHT


@pytest.mark.parametrize("language", RIGHT_TO_LEFT)
def test_what_is_written_from_right_to_left_runs_so(visit: Visit, language: str) -> None:
    page, words = visit.page, RIGHT_TO_LEFT[language]
    visit.ask(words.rstrip("."))
    sentence = page.locator("#chat .sentence", has_text=words[:20]).first
    assert direction(sentence) == "rtl"
    chip = sentence.locator("a.cite").first.get_attribute("href")
    framed = visit.open_cited(chip)
    assert framed.inner_text() == words
    assert direction(framed) == direction(framed.locator("mark").first) == "rtl"
    assert direction(page.locator("#source .title")) == "ltr"
    assert direction(page.locator("#chat .meta").last) == direction(page.locator("html")) == "ltr"
    question = page.locator("#chat .user-row .message-content").last
    turned = "element => getComputedStyle(element).unicodeBidi"
    assert question.locator("p").first.evaluate(turned) == "plaintext"
    page.goto(visit.address.rstrip("/") + chip)
    assert direction(page.locator(".framed")) == "rtl"
    assert direction(page.locator("html")) == "ltr"


def direction(place: Any) -> str:
    return str(place.evaluate("element => getComputedStyle(element).direction"))


def test_an_override_turns_nothing_around(visit: Visit) -> None:
    visit.ask("What of the overriding airship over Shiraz?")
    visit.open_cited(visit.cited()[0])
    shown = visit.page.inner_text("body") + visit.page.title()
    assert ".derettup saw txet siht" in shown
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", shown)


def test_what_a_reader_types_is_text_wherever_it_is_shown(
    visit: Visit, server: Served, tmp_path: Path
) -> None:
    page = visit.page
    question = f"Is it true? {SEEN['anemone']} {TYPED}"
    visit.ask(question)
    assert page.inner_text("#chat .user-row .message-content").strip() == question
    conversation = visit.conversation()
    page.click(".open-past")
    page.get_by_label("Name of this conversation").fill(NAME)
    page.keyboard.press("Enter")
    page.wait_for_function(
        "words => document.querySelector('.conversations bdi')?.textContent === words",
        arg=NAME,
    )
    page.fill("#words textarea, #words input", POISON[0])
    assert_only_ours(page)
    exchange = visit.cited()[0].split("/")[2]
    said = page.request.post(
        f"{visit.address}v1/feedback",
        data={"exchange": exchange, "verdict": "wrong_source", "comment": TYPED},
    )
    assert said.status == 204
    page.reload()
    page.wait_for_selector("#chat .answer > .meta")
    assert page.inner_text("#chat .user-row .message-content").strip() == question
    assert_only_ours(page)
    read_feedback(visit)
    page.goto(f"{visit.address}answers/{exchange}")
    assert question in page.inner_text("main")
    assert_only_ours(page)
    read_exports(visit, conversation, tmp_path)


def read_feedback(visit: Visit) -> None:
    """Read what was said in the tab of the evals, and make a draft of it."""
    page = visit.page
    visit.tab("Evals")
    visit.tab("Feedback")
    comment = page.locator(".evals .comment").first
    comment.wait_for()
    assert comment.inner_text() == TYPED
    assert_only_ours(page)


def read_exports(visit: Visit, conversation: str, folder: Path) -> None:
    """Open the conversation's files in the browser, as from a disk."""
    page = visit.page
    address = f"{visit.address}conversations/{conversation}/export?as="
    for format_ in ("html", "markdown", "json", "bibtex", "csl"):
        answer = page.request.get(address + format_)
        assert answer.status == 200
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        suffix = {"html": "html", "json": "json", "csl": "json"}.get(format_, "txt")
        kept = folder / f"{format_}.{suffix}"
        kept.write_bytes(answer.body())
        page.goto(kept.as_uri())
        assert "anemone" in page.inner_text("body")
        if suffix == "json":
            json.loads(kept.read_bytes())
        if format_ == "html":
            assert POISON[0] in page.inner_text("body")
            assert page.locator("script, img, svg, iframe, form, input").count() == 0
            assert_only_ours(page, EXPORTED)
