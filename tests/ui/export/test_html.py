"""The web page, read back by an HTML parser."""

import base64
import hashlib
import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from lxml import html
from lxml.html import HtmlElement

from rag.reply import Sentence

from .making import (
    HEBREW,
    PERSIAN,
    URL,
    abstained,
    anything,
    cited,
    disputed,
    hostile_reply,
    many,
    reply,
    written,
)

ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "header", "main", "article", "section",
    "p", "h1", "h2", "h3", "ul", "ol", "li", "span", "small", "b", "a", "bdi", "cite",
    "blockquote", "details", "summary",
}  # fmt: skip
ATTRIBUTES = {
    "lang", "charset", "http-equiv", "content", "name", "class", "id", "href", "title", "dir",
    "aria-labelledby", "rel", "target",
}  # fmt: skip


def page(text: str) -> HtmlElement:
    return html.document_fromstring(text)


def said(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_an_answer_is_written_with_its_references() -> None:
    found = page(written("html", reply()))
    assert said(found.find(".//h1")) == "The attack"
    assert said(found.get_element_by_id("q-1")) == "1. Did it fail?"
    [chip] = found.find_class("cite")
    assert (chip.text, chip.get("href")) == ("[1-1]", "#r-1-1")
    assert chip.get("title") == "The White House, 15 April 2024"
    source = found.get_element_by_id("r-1-1")
    assert said(source.find("blockquote")) == "The attack failed."
    assert said(source.find("details/p")) == "The attack failed. It did."
    told = said(source)
    for fact in (
        "Press briefing", "The White House", "speaker: John Kirby", "15 April 2024", "paragraph 3",
        "2024-04-15-briefing, version 1", "Accessed on 23 November 2026", "as of 22 November 2026",
    ):  # fmt: skip
        assert fact in told
    assert [a.get("href") for a in source.iter("a")][:2] == [URL, cited().deep_link]


def test_the_page_needs_nothing_else_and_may_run_nothing() -> None:
    found = page(written("html", reply(), abstained(), disputed()))
    [policy] = [m.get("content") for m in found.iter("meta") if m.get("http-equiv")]
    [style] = found.iter("style")
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style.text
    assert "@import" not in style.text
    assert {e.tag for e in found.iter()} <= ELEMENTS
    assert {name for e in found.iter() for name in e.attrib} <= ATTRIBUTES


def test_every_link_within_the_page_leads_somewhere_and_every_id_is_one() -> None:
    found = page(written("html", reply(), reply(citations=[cited(1), cited(2)]), abstained()))
    ids = [e.get("id") for e in found.iter() if e.get("id")]
    assert len(set(ids)) == len(ids)
    inner = [a.get("href") for a in found.iter("a") if a.get("href").startswith("#")]
    assert {"#r-1-1", "#r-2-1", "#r-2-2", "#r-3-n1"} <= set(inner)
    assert {href.removeprefix("#") for href in inner} <= set(ids)


def test_links_outwards_tell_nobody_where_they_come_from() -> None:
    found = page(written("html", reply()))
    outwards = [a for a in found.iter("a") if a.get("href").startswith(URL)]
    assert outwards
    assert {a.get("rel") for a in outwards} == {"noopener noreferrer nofollow ugc"}


@pytest.mark.parametrize("text", [PERSIAN, HEBREW])
def test_text_from_right_to_left_stands_by_itself(text: str) -> None:
    found = page(written("html", reply(citations=[cited(quote=text)])))
    [bdi] = found.get_element_by_id("r-1-1").find("blockquote")
    assert (bdi.tag, bdi.get("dir"), bdi.text) == ("bdi", "auto", text)


def test_marks_conflicts_and_abstentions_are_told_in_words() -> None:
    partial = Sentence(text="It failed.", citations=[1], support="partial", score=0.5)
    told = said(page(written("html", reply(sentences=[partial]), disputed(), abstained())))
    for words in (
        "It failed. (only partly in the source) [1-1]", "Accounts differ on how many arrived",
        "Iran: Half of them arrived. [2-1]", "The articles do not answer that.",
        "no paragraph mentions “cup”", "Press briefing, paragraph 3 [3-n1]",
    ):  # fmt: skip
        assert words in told


def test_what_is_not_known_is_left_out_and_no_folder_of_the_server_is_told() -> None:
    bare = {"url": None, "deep_link": None, "published": None, "outlet": None, "speaker": None}
    text = written("html", reply(citations=[cited(**bare)]), base_url=None)
    assert "undated" in said(page(text))
    assert "from the file briefing.md" in text
    assert "somebody" not in text
    assert all(a.get("href").startswith("#") for a in page(text).iter("a"))


def test_an_empty_conversation_is_one_clear_sentence() -> None:
    found = page(written("html"))
    assert said(found.find("body")) == (
        "Dateline The attack Nothing has been asked in this conversation yet."
    )


@many
@given(text=anything)
def test_hostile_text_stays_text(text: str) -> None:
    source = written("html", hostile_reply(text), title=text)
    found = page(source)
    assert {e.tag for e in found.iter()} <= ELEMENTS
    assert {name for e in found.iter() for name in e.attrib} <= ATTRIBUTES
    assert len(list(found.iter("style"))) == len(list(found.iter("title"))) == 1
    for a in found.iter("a"):
        assert re.match(r"#[ar]-1|https?://", a.get("href"))
        assert a.get("href").startswith("#") or urlsplit(a.get("href")).hostname
    assert len(found.find_class("source")) == 2
    assert not re.search("[\0\x1b\u202e\u2066\u2069\U000e0041]", source)
