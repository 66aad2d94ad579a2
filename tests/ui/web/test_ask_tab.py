"""The Ask tab in a browser."""

import re
from collections.abc import Generator as Steps
from pathlib import Path
from typing import Any

import pytest

from rag.answerer import Answerer, Ask, Evidence, SentenceEvent, SourcesEvent, Written
from rag.library import catalogue
from rag.parts import extracted
from rag.reply import Usage
from rag.verify import verbatim
from ui.engine import Choice

from .conftest import NewReader
from .serving import Served, copied

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
]

DRONES = "How many drones and missiles did Iran launch at Israel in April 2024?"
TRUCE = "When did the truce in Gaza of November 2023 begin?"
NOWHERE = "Who won the football world cup of 1978?"
DONE = "#chat .message-row:last-of-type .answer > .meta"
CHIP = "#chat a.cite"


def ask(page: Any, question: str) -> None:
    """Type a question, press Enter and wait for the whole answer."""
    count = page.locator("#chat .bot-row").count()
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    page.wait_for_function(
        "n => { const rows = [...document.querySelectorAll('#chat .bot-row')];"
        " return rows.length > n && rows.at(-1).querySelector('.answer > .meta'); }",
        arg=count,
    )


def conversation_of(page: Any) -> str:
    page.wait_for_url(re.compile(r"\?c=\w+"))
    return str(page.url).partition("?c=")[2]


def exchanges_of(served: Served, page: Any) -> Any:
    """What is stored of the conversation that is open, whoever's it is."""
    chip = page.locator(f"{CHIP}, #chat .nearest a").first.get_attribute("href")
    exchange = served.site.store.answer(chip.split("/")[2])
    assert exchange is not None
    return exchange


def test_every_citation_opens_the_paragraph_that_the_library_has(
    reader: NewReader, served: Served
) -> None:
    page = reader()
    ask(page, DRONES)
    reply = exchanges_of(served, page).reply
    assert reply.citations
    for citation in reply.citations:
        page.locator(f"{CHIP}[href$='/citations/{citation.n}']").first.click()
        framed = page.locator(f"#source .framed#p-{citation.paragraph}")
        framed.wait_for()
        with served.site.engine.library.reading() as db:
            version = catalogue.read_version(db, citation.article_id, citation.version)
        assert framed.inner_text() == version.slice(version.paragraph(citation.paragraph))
        assert framed.locator("mark").first.inner_text() in citation.text


def test_the_keyboard_opens_a_citation_walks_on_and_comes_back(reader: NewReader) -> None:
    page = reader()
    ask(page, DRONES)
    page.locator(CHIP).first.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#source .framed:focus")
    page.locator("#source a.next").focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#source a.previous")
    assert page.evaluate("document.activeElement.matches('#source a.next')")
    page.keyboard.press("Escape")
    assert page.evaluate(f"document.activeElement === document.querySelector('{CHIP}')")


def test_a_question_shows_as_typed_and_can_be_edited(reader: NewReader) -> None:
    page = reader()
    typed = "1. How many *drones* & <b>missiles</b> did Iran launch in April 2024_?"
    ask(page, typed)
    assert page.locator("#chat .user-row .message-content").inner_text().strip() == typed
    page.click("#chat .user-row [aria-label=Edit]")
    page.fill("#chat .edit-textarea", TRUCE)
    page.click("#chat [aria-label=Submit]")
    page.wait_for_function("document.querySelector('#chat .answer')?.innerText.includes('truce')")
    assert page.locator("#chat .user-row").count() == 1
    page.reload()
    page.wait_for_selector(DONE)
    assert page.locator("#chat .user-row").inner_text().strip() == TRUCE


def test_a_follow_up_tells_how_it_was_understood_and_can_be_mended(reader: NewReader) -> None:
    page = reader()
    ask(page, DRONES)
    ask(page, "and in October 2024?")
    understood = page.locator("#chat .understood bdi")
    assert "October 2024" in understood.inner_text()
    page.click("#chat .understood a")
    assert page.input_value("#question textarea") == understood.inner_text()


def test_no_answer_looks_like_one_and_offers_questions(reader: NewReader) -> None:
    page = reader()
    ask(page, NOWHERE)
    assert page.locator("#chat .missing li").count()
    page.locator("#chat .nearest a").first.click()
    page.wait_for_selector("#source .framed")
    offered = page.locator("#chat .bot-row a.suggest").first
    offered.wait_for()
    question = offered.inner_text()
    offered.click()
    page.wait_for_function("document.querySelectorAll('#chat .user-row').length === 2")
    assert question in page.locator("#chat .user-row").last.inner_text()


def test_filters_narrow_and_a_bad_date_is_told_calmly(reader: NewReader, served: Served) -> None:
    page = reader()
    page.click("#filters > button")
    page.get_by_label("As of").fill("the day after")
    page.fill("#question textarea", DRONES)
    page.keyboard.press("Enter")
    notice = page.locator("#chat .notice")
    notice.wait_for()
    assert "'the day after'" in notice.inner_text()
    assert page.input_value("#question textarea") == DRONES
    page.get_by_label("As of").fill("March 2024")
    page.get_by_label("As of").press("Enter")
    page.get_by_text("Filters: as of 31 March 2024").wait_for()
    page.click("#send")
    page.wait_for_selector(DONE)
    exchange = exchanges_of(served, page)
    assert exchange.asked.filters.as_of == exchange.reply.as_of == "2024-03-31"
    page.reload()
    page.get_by_text("Filters: as of 31 March 2024").wait_for()


def test_retry_and_undo(reader: NewReader, served: Served) -> None:
    page = reader()
    ask(page, TRUCE)
    first = exchanges_of(served, page).id
    page.click("#chat [aria-label=Retry]")
    page.wait_for_function(
        f"!document.querySelector('{CHIP}')?.getAttribute('href').includes('{first}')"
        f' && document.querySelector(\'{CHIP}[href*="/answers/"]:not([href*="//citations"])\')'
    )
    assert page.locator("#chat .user-row").count() == 1
    page.click("#chat [aria-label=Undo]")
    page.wait_for_selector("#chat .welcome")
    assert page.input_value("#question textarea") == TRUCE
    assert served.site.store.answer(first) is None


def test_what_a_reader_says_is_kept_and_shown_again(reader: NewReader, served: Served) -> None:
    page = reader()
    ask(page, TRUCE)
    exchange = exchanges_of(served, page).id
    with page.expect_response(lambda answer: "liked" in (answer.request.post_data or "")):
        page.get_by_text("Wrong source", exact=True).click()
    page.wait_for_function("document.querySelector('.extra-feedback-option[style*=bold]')")
    assert [s.verdict for s, _ in served.site.store.feedback(exchange)] == ["wrong_source"]
    page.reload()
    page.wait_for_function("document.querySelector('.extra-feedback-option[style*=bold]')")


def test_conversations_reopen_after_back_and_restart(
    reader: NewReader, record: tuple[Path, str], cache: Path, tmp_path: Path
) -> None:
    server = Served(
        copied(record[0], tmp_path / "own"), embedding=record[1], cache=cache,
        generator="extractive",
    )  # fmt: skip
    try:
        page = reader(address=server.address)
        ask(page, TRUCE)
        first = conversation_of(page)
        page.click(".open-past")
        page.click("#past a.new")
        page.wait_for_selector("#chat .welcome")
        page.go_back()
        page.wait_for_selector(DONE)
        assert conversation_of(page) == first
        page.goto("about:blank")
        server.restart()
        page.goto(f"{server.address}?c={first}")
        page.wait_for_selector(DONE)
        page.locator(CHIP).first.click()
        page.wait_for_selector("#source .framed")
        page.goto("about:blank")
    finally:
        server.stop()


def test_readers_share_nothing(reader: NewReader) -> None:
    one, other = reader(), reader()
    ask(one, TRUCE)
    conversation_of(one)
    other.goto(one.url)
    other.wait_for_selector("#chat .welcome")
    assert other.locator(".conversations li").count() == 0
    ask(other, DRONES)
    one.reload()
    one.wait_for_selector(DONE)
    assert one.locator(".conversations li").first.text_content().startswith(TRUCE)
    assert one.locator(".conversations li").count() == 1


def test_conversations_are_named_found_and_deleted(reader: NewReader) -> None:
    page = reader()
    ask(page, TRUCE)
    page.click(".open-past")
    page.get_by_label("Name of this conversation").fill("The truce")
    page.keyboard.press("Enter")
    page.wait_for_selector(".conversations :text('The truce')")
    page.fill("#words textarea, #words input", "zeppelin")
    page.get_by_text("No conversation has these words.").wait_for()
    page.fill("#words textarea, #words input", "")
    page.wait_for_selector(".conversations li")
    for name in ("Markdown", "HTML", "JSON", "BibTeX", "CSL-JSON"):
        with page.expect_download() as saved:
            page.get_by_role("link", name=name, exact=True).click()
        assert Path(saved.value.path()).stat().st_size
    page.once("dialog", lambda dialog: dialog.dismiss())
    page.get_by_text("Delete this conversation").click()
    assert page.locator(".conversations li").count() == 1
    page.once("dialog", lambda dialog: dialog.accept())
    page.get_by_text("Delete this conversation").click()
    page.wait_for_selector("#chat .welcome")
    page.get_by_text("Nothing has been asked yet.").wait_for()
    assert "?c=" not in page.url


def test_on_a_phone_the_source_is_below_and_leads_back(reader: NewReader) -> None:
    page = reader(width=390, height=844)
    ask(page, TRUCE)
    chat, beside = page.locator("#chat").bounding_box(), page.locator("#beside").bounding_box()
    assert beside["y"] >= chat["y"] + chat["height"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.locator(CHIP).first.click()
    page.wait_for_selector("#source .framed:focus")
    assert page.locator("#source .framed").bounding_box()["y"] < 844
    page.click("#source a.back")
    assert page.evaluate("document.activeElement.matches('a.cite')")
    assert 0 <= page.locator(CHIP).first.bounding_box()["y"] < 844


class Slow:
    """A generator that writes a sentence and then waits to be stopped."""

    name = "slow"

    def write(
        self, evidence: Evidence, ask: Ask, config: object = None
    ) -> Steps[Any, None, Written]:
        parts = extracted(evidence, verbatim, most=1)
        sentence, citations = parts["sentences"][0], tuple(parts["citations"])
        yield SourcesEvent(citations)
        yield SentenceEvent(sentence, citations)
        assert ask.stop is not None
        assert ask.stop.wait(30)
        notice = "You stopped the model before it was done."
        return Written((sentence,), citations, Usage(), notice=notice)


@pytest.fixture
def slow(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second generator on the server."""
    engine = served.site.engine
    answerer = Answerer(engine.library, engine.embedder, engine.settings, generator=Slow())
    monkeypatch.setitem(engine._answerers, "slow", answerer)
    choices = (*engine.choices(), Choice("slow", "slow"))
    monkeypatch.setattr(engine, "choices", lambda: choices)


def test_an_answer_is_stopped_and_what_was_shown_is_kept(
    reader: NewReader, served: Served, slow: None
) -> None:
    page = reader()
    page.click("#filters > button")
    page.get_by_label("slow (not timed here yet)").check()
    page.fill("#question textarea", TRUCE)
    page.keyboard.press("Enter")
    sentence = page.locator("#chat .bot-row .sentence .words")
    sentence.wait_for()
    words = sentence.inner_text()
    page.click("#stop")
    page.get_by_text("You stopped the model before it was done.").wait_for()
    assert sentence.inner_text() == words
    assert exchanges_of(served, page).asked.generator == "slow"
    page.wait_for_selector("#send:visible")


def test_an_empty_library_tells_how_to_add_articles(
    reader: NewReader, cache: Path, tmp_path: Path
) -> None:
    server = Served(tmp_path / "empty", embedding="hashing", cache=cache, generator="extractive")
    try:
        page = reader(address=server.address)
        assert "This library is empty." in page.inner_text("#chat")
        page.fill("#question textarea", TRUCE)
        page.keyboard.press("Enter")
        page.wait_for_selector("#chat .notice")
        assert page.input_value("#question textarea") == TRUCE
        page.goto("about:blank")
    finally:
        server.stop()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_nothing_serious_stands_in_the_way_of_anybody(reader: NewReader, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = reader(scheme=scheme)

    def serious() -> list[str]:
        found = axe.run(page).response
        assert found["passes"]
        return [
            f"{v['id']}: {v['nodes'][0]['html'][:200]}"
            for v in found["violations"]
            if v["impact"] in {"serious", "critical"}
        ]

    assert serious() == []
    ask(page, DRONES)
    page.locator(CHIP).first.click()
    page.wait_for_selector("#source .framed")
    assert serious() == []
    ask(page, NOWHERE)
    page.click("#filters > button")
    page.click(".open-past")
    page.wait_for_selector("#past.open")
    assert serious() == []
    assert page.evaluate("document.documentElement.lang") == "en"
    assert page.title() == "Dateline"


def test_a_question_asked_while_the_page_opens_is_not_lost(reader: NewReader) -> None:
    page = reader()
    held: list[Any] = []

    def hold_the_first(route: Any) -> None:
        if held:
            route.continue_()
        else:
            held.append(route)

    page.route("**/gradio_api/run/**", hold_the_first)
    with page.expect_request("**/gradio_api/run/**"):
        page.reload()
    page.fill("#question textarea", TRUCE)
    page.keyboard.press("Enter")
    assert page.locator("#chat .user-row").count() == 0
    held[0].continue_()
    page.wait_for_selector(DONE)
    assert page.locator("#chat .user-row").inner_text().strip() == TRUCE
    conversation_of(page)
