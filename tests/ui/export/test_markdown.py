"""The Markdown file, read back by a Markdown parser."""

import re

import pytest
from hypothesis import given
from markdown_it import MarkdownIt
from markdown_it.token import Token

from rag.library.rows import Filters
from rag.reply import Sentence
from ui.export.markdown import escaped
from ui.store.records import Asked

from .making import (
    HEBREW,
    HOSTILE,
    PERSIAN,
    URL,
    abstained,
    anything,
    cited,
    disputed,
    exchange,
    hostile_reply,
    many,
    reply,
    shown,
    written,
)

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
ISOLATES = str.maketrans("", "", "\u2068\u2069")
PERMALINK = "http://127.0.0.1:7860/answers/" + "1".zfill(32)


def tokens(text: str) -> list[Token]:
    """Every token of a text, those within lines among them."""
    return [t for block in PARSER.parse(text) for t in (block, *(block.children or ()))]


def links(text: str) -> list[str]:
    return [str(t.attrs["href"]) for t in tokens(text) if t.type == "link_open"]


def words(text: str) -> str:
    """The words of a text as a reader sees them."""
    return "".join(
        {"softbreak": "\n", "hardbreak": "\n", "inline": "\n"}.get(t.type, t.content)
        for t in tokens(text)
        if t.type in {"text", "softbreak", "hardbreak", "inline"}
    ).translate(ISOLATES)


def footnotes(text: str) -> dict[str, str]:
    """The footnotes as a reader that knows them takes them apart: the rest of an indented block."""
    found = re.findall(r"^\[\^([^\]\s]+)\]: (.*(?:\n    .*)*)", text, re.MULTILINE)
    assert len(dict(found)) == len(found)
    return {label: re.sub(r"\n    ", "\n", body) for label, body in found}


def test_an_answer_is_written_with_its_references() -> None:
    text = written("markdown", reply(question="Did it fail?"))
    assert text.startswith("# The attack\n")
    assert "## 1. Did it fail?" in text
    assert "The attack failed. [^1-1]" in text
    assert "Understood as" not in text
    note = footnotes(text)["1-1"]
    told = words(note)
    for fact in (
        "Paragraph 3 of “Press briefing”", "The White House", "15 April 2024", "John Kirby",
        "\nQuotation: The attack failed.\n", "2024-04-15-briefing, version 1",
        "Accessed on 23 November 2026", "as of 22 November 2026",
    ):  # fmt: skip
        assert fact in told
    assert links(note) == [URL, cited().deep_link]
    assert links(text)[0] == PERMALINK


def test_every_reference_has_a_label_of_its_own_in_the_conversation() -> None:
    text = written("markdown", reply(), reply(citations=[cited(1), cited(2)]), abstained())
    assert list(footnotes(text)) == ["1-1", "2-1", "2-2", "3-n1"]
    assert "The attack failed. [^2-1] [^2-2]" in text


def test_a_mark_tells_what_is_only_partly_supported_and_what_is_a_draft() -> None:
    sentences = [
        Sentence(text="It failed.[1]", citations=[1], support="partial", score=0.5),
        Sentence(text="It was loud.", citations=[], support="unsupported", score=0),
    ]
    text = written("markdown", reply(sentences=sentences))
    assert "It failed. *(only partly in the source)* [^1-1]\n" in text
    assert "It was loud. *(a draft that the sources do not support; no part of" in text


def test_a_number_that_stands_for_nothing_is_left_out() -> None:
    sentence = Sentence(text="It failed.", citations=[1, 9], support="supported", score=1)
    text = written("markdown", reply(sentences=[sentence]))
    assert re.findall(r" \[\^.*?\]", text) == [" [^1-1]"]


def test_an_abstention_says_what_is_missing_and_what_comes_nearest() -> None:
    text = written("markdown", abstained())
    told = words(text)
    assert "The articles do not answer that." in told
    assert "no paragraph mentions “cup”" in told
    assert "“Press briefing”, paragraph 3" in told
    assert "[^1-n1]" in text
    assert "1-n1" in footnotes(text)


def test_conflicting_accounts_stand_together_each_with_its_reference() -> None:
    text = written("markdown", disputed())
    assert "**Accounts differ on how many arrived:**" in text
    assert "- Iran: Half of them arrived. [^1-1]" in text
    assert "- Israel: Nearly all were shot down. [^1-2]" in text


def test_how_a_question_was_understood_and_limited_is_told() -> None:
    asked = Asked(Filters(since="2024-04-01", outlets=("One", "Two"), speakers=("Kirby",)))
    answer = reply(
        standalone_question="Did the attack fail?", as_of="2024-05-01", withheld=1,
        notice="The model ended early.", generator="local",
    )  # fmt: skip
    text = written("markdown", exchanges=[exchange(answer, asked=asked)])
    told = words(text)
    assert "Understood as: Did the attack fail?" in told
    assert "As of 1 May 2024: no later article was searched." in told
    assert "Searched only: published since 1 April 2024; outlet One or Two; speaker Kirby." in told
    assert "1 sentence was left out" in told
    assert "The model ended early." in told
    assert "Written by local" in told
    assert "the answer is as of 1 May 2024" in words(footnotes(text)["1-1"])


def test_what_is_not_known_is_left_out_and_no_folder_of_the_server_is_told() -> None:
    bare = {"url": None, "deep_link": None, "published": None, "outlet": None, "speaker": None}
    text = written("markdown", reply(citations=[cited(**bare)]), base_url=None)
    assert "of “Press briefing”, undated." in text
    assert not links(text)
    assert "from the file briefing.md" in words(text)
    assert "somebody" not in text


def test_an_empty_conversation_is_one_clear_sentence() -> None:
    text = written("markdown")
    assert text == "# The attack\n\nNothing has been asked in this conversation yet.\n"


@pytest.mark.parametrize("text", [PERSIAN, HEBREW])
def test_text_from_right_to_left_is_isolated_and_whole(text: str) -> None:
    note = footnotes(written("markdown", reply(citations=[cited(quote=text)])))["1-1"]
    assert f"Quotation: \u2068{text}\u2069\\\n" in note


ALLOWED = {
    "heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "text",
    "softbreak", "hardbreak", "strong_open", "strong_close", "em_open", "em_close",
    "bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close",
    "link_open", "link_close",
}  # fmt: skip


@many
@given(text=anything)
def test_hostile_text_stays_text(text: str) -> None:
    file = written("markdown", hostile_reply(text), title=text)
    # A reader without footnotes sees the file itself, one with them the notes as well.
    for read in (file, *footnotes(file).values()):
        found = tokens(read)
        assert {t.type for t in found} <= ALLOWED
        for href in links(read):
            assert re.match(r"https?://", href)
            assert href == PERMALINK or "evil" not in href or text.strip().startswith("http")
    headings = [t for t in tokens(file) if t.type == "heading_open"]
    assert len(headings) == 3
    items = [t for t in tokens(file) if t.type == "list_item_open"]
    assert len(items) == 3
    assert list(footnotes(file)) == ["1-1", "1-n1"]
    assert f"Quotation: {shown(text)}".strip() in words(footnotes(file)["1-1"])


@many
@given(text=anything)
def test_an_escaped_text_reads_as_it_was_wherever_it_stands(text: str) -> None:
    expected = shown(text)
    for place in ("{}", "# {}", "- {}", "> {}", "a\n{}", "a {} b"):
        source = place.format(escaped(text))
        frame = place.replace("a\n", "a\n").removeprefix("# ").removeprefix("- ").removeprefix("> ")
        assert words(source).strip() == frame.format(expected).strip()


@pytest.mark.parametrize("text", HOSTILE)
def test_no_address_is_left_for_an_autolinker(text: str) -> None:
    safe = escaped(text)
    assert not re.search(r"(?i)[a-z]:\S|www\.|(?<!\\)@|\w\.[a-z]", safe)


def test_numbers_dates_and_times_stay_readable() -> None:
    plain = "On 2024-04-14 at 09:58, 1.5 per cent (of 300) failed. It did; see p. 3!"
    assert escaped(plain) == plain
