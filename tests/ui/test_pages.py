from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from lxml import html

from rag.asked import Ask
from rag.errors import LibraryLocked, NotInLibrary
from rag.library import catalogue
from rag.reply import Highlight
from rag.settings import load_settings
from ui.engine import Engine
from ui.markup.opened import Opener
from ui.markup.page import STYLES, style
from ui.pages import error_page, routes
from ui.site import Site
from ui.store.records import Asked, Exchange
from ui.store.store import open_store

from .conftest import Dateline
from .markup.making import abstention, every, one, parsed, text_of

BRIEFING = "https://example.org/briefing"
QUESTION = "What destroyed the consular building of Iran in Damascus?"


@pytest.fixture
def site(filled: Path, tmp_path: Path) -> Iterator[Site]:
    settings, _ = load_settings(generator="extractive")
    made = Site(Engine(settings), open_store(tmp_path / "conversations.db"))
    yield made
    made.close()


@pytest.fixture
def browser(site: Site) -> TestClient:
    app = FastAPI()
    app.include_router(routes(site))
    return TestClient(app)


@pytest.fixture
def answered(site: Site) -> Exchange:
    reply = site.engine.answer(Ask(QUESTION))
    return site.store.put("r", site.store.begin("r", "T").id, Asked(), reply)


def opened(browser: TestClient, address: str, status: int = 200) -> html.HtmlElement:
    response = browser.get(address)
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    page = html.document_fromstring(response.text)
    assert not page.xpath("//script|//@*[starts-with(name(), 'on')]")
    assert page.xpath("//a[@class='home']/@href") == ["/"]
    main = html.tostring(page.find(".//main"), encoding="unicode")
    parsed(main.removeprefix("<main>").rpartition("</main>")[0].strip())
    return page


def test_an_answer_has_a_page_that_anyone_with_the_link_may_read(
    browser: TestClient, answered: Exchange
) -> None:
    page = opened(browser, f"/answers/{answered.id}")
    assert text_of(page.find(".//h1")) == QUESTION
    assert len(every(page, "sentence")) == len(answered.reply.sentences) > 0
    quoted = every(page, "quotation")
    assert len(quoted) == len(answered.reply.citations)
    for shown, cited in zip(quoted, answered.reply.citations, strict=True):
        assert one(shown, "paragraph").text_content() == cited.text
        assert [mark.text_content() for mark in shown.iter("mark")] == [cited.quote]
    assert not every(page, "sources-list")


def test_every_link_of_an_answer_opens_what_it_names(
    browser: TestClient, answered: Exchange
) -> None:
    page = opened(browser, f"/answers/{answered.id}")
    links = {link.get("href") for link in every(page, "cite")}
    assert len(links) == len(answered.reply.citations)
    for cited in answered.reply.citations:
        address = f"/answers/{answered.id}/citations/{cited.n}"
        assert address in links
        there = opened(browser, address)
        assert one(there, "framed").text_content() == cited.text
        assert [mark.text_content() for mark in there.iter("mark")] == [cited.quote]


def test_the_exact_answer_is_strong_wherever_it_is_shown(
    browser: TestClient, site: Site, answered: Exchange
) -> None:
    first, *others = answered.reply.citations
    words = first.quote.split()[1]
    start = first.start + first.quote.index(words)
    exact = Highlight(start=start, end=start + len(words), text=words)
    pointed = [c.model_copy(update={"highlight": None}) for c in others]
    pointed.append(first.model_copy(update={"highlight": exact}))
    reply = answered.reply.model_copy(update={"citations": pointed})
    kept = site.store.put("r", site.store.begin("r", "T").id, Asked(), reply)
    page = opened(browser, f"/answers/{kept.id}")
    assert [strong.text for strong in one(page, "answer").iter("strong")] == [words]
    assert [strong.text for strong in page.findall(".//mark/strong")] == [words]
    there = opened(browser, f"/answers/{kept.id}/citations/{first.n}")
    assert [strong.text for strong in there.findall(".//mark/strong")] == [words]
    assert one(there, "framed").text_content() == first.text


def test_a_paragraph_that_came_nearest_opens_too(browser: TestClient, site: Site) -> None:
    found = site.engine.answer(Ask(QUESTION)).citations
    reply = abstention(nearest=found)
    kept = site.store.put("r", site.store.begin("r", "T").id, Asked(), reply)
    page = opened(browser, f"/answers/{kept.id}")
    assert every(page, "no-answer")
    there = opened(browser, f"/answers/{kept.id}/nearest/1")
    assert one(there, "framed").text_content() == found[0].text
    opened(browser, f"/answers/{kept.id}/citations/1", 404)
    assert not every(page, "cards"), "they are quoted in full"
    assert len(every(page, "quotation")) == len(found)


def test_an_article_and_its_paragraphs(browser: TestClient, answered: Exchange) -> None:
    cited = answered.reply.citations[0]
    base = f"/articles/{cited.article_id}/versions/{cited.version}"
    assert one(opened(browser, base), "framed").get("id") == "p-1"
    page = opened(browser, f"{base}/paragraphs/{cited.paragraph}")
    assert one(page, "framed").text_content() == cited.text
    assert f"http://testserver{base}" in one(page, "copy-text").text_content()


def test_a_newer_version_leads_to_the_differences(
    browser: TestClient, site: Site, dateline: Dateline, folder: Path
) -> None:
    reply = site.engine.answer(Ask("What did Kirby say of a wider war with Iran?"))
    kept = site.store.put("r", site.store.begin("r", "T").id, Asked(), reply)
    cited = next(c for c in reply.citations if c.url == BRIEFING)
    address = f"/answers/{kept.id}/citations/{cited.n}"
    assert not every(opened(browser, address), "changed")
    path = folder / "briefing.md"
    path.write_text(path.read_text().replace("three hundred", "four hundred"))
    assert dateline("add", str(path)).code == 0
    page = opened(browser, address)
    assert one(page, "framed").text_content() == cited.text, "the cited version still opens"
    (link,) = one(page, "changed").iter("a")
    changes = opened(browser, link.get("href"))
    assert [d.text_content() for d in changes.iter("del")] == ["three"]
    assert [i.text_content() for i in changes.iter("ins")] == ["four"]
    assert dateline("remove", cited.article_id).code == 0
    assert every(opened(browser, address), "removed")


@pytest.mark.parametrize(
    "address",
    [
        "/answers/none", "/answers/none/citations/1", "/answers/{id}/citations/99",
        "/answers/{id}/citations/x", "/answers/{id}/citations/0", "/answers/{id}/nearest/1",
        "/articles/none/versions/1", "/articles/{article}/versions/7",
        "/articles/{article}/versions/99999999999999999999",
        "/articles/{article}/versions/1/paragraphs/99", "/articles/{article}/changes",
        "/articles/{article}/changes?from=1&to=x", "/articles/{article}/changes?from=1&to=9",
        "/answers/%00", "/answers/%FF", "/articles/..%2f..%2fetc/versions/1",
    ],
)  # fmt: skip
def test_what_is_not_there_says_so_in_a_sentence(
    browser: TestClient, answered: Exchange, address: str
) -> None:
    article = answered.reply.citations[0].article_id
    target = address.format(id=answered.id, article=article)
    if "%2f" in target:  # a slash within a name leads nowhere
        assert browser.get(target).status_code == 404
        return
    page = opened(browser, target, 404)
    assert text_of(page.find(".//h1")) == "Not found"
    assert text_of(one(page, "notice")).endswith(".")


def test_an_error_of_another_kind_keeps_its_status() -> None:
    response = error_page(LibraryLocked("Another process <b>writes</b>."))
    assert response.status_code == 423
    assert response.headers["retry-after"] == "1"
    assert b"<b>" not in response.body


@pytest.mark.parametrize("name", STYLES)
def test_style_sheets_have_a_strong_tag(browser: TestClient, name: str) -> None:
    first = browser.get(f"/assets/{name}")
    assert (first.status_code, first.text) == (200, style(name))
    assert first.headers["content-type"] == "text/css; charset=utf-8"
    tag = first.headers["etag"]
    assert tag.startswith('"')
    again = browser.get(f"/assets/{name}", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    other = browser.get(f"/assets/{name}", headers={"If-None-Match": '"other"'})
    assert other.status_code == 200


@pytest.mark.parametrize("name", ["answer.html.j2", "..%2fpages.py", "other.css"])
def test_only_known_files_are_served(browser: TestClient, name: str) -> None:
    assert browser.get(f"/assets/{name}").status_code == 404


def test_a_hostile_article_is_text_on_every_page(browser: TestClient, site: Site) -> None:
    found = next(hit for hit in site.engine.search("zeppelin of Isfahan") if "zeppelin" in hit.text)
    base = f"/articles/{found.article_id}/versions/1"
    page = opened(browser, base)
    assert "[bold red]zeppelin[/bold red]" in one(page, "framed").text_content()


def test_the_pane_opens_the_same_addresses_as_the_pages(site: Site, answered: Exchange) -> None:
    opener = Opener(site)
    cited = answered.reply.citations[0]
    base = f"/articles/{cited.article_id}/versions/1"
    for address in (f"/answers/{answered.id}/citations/1", f"{base}/paragraphs/{cited.paragraph}"):
        assert one(parsed(opener.at(address).body), "framed").text_content() == cited.text
    assert every(parsed(opener.at(f"/answers/{answered.id}").body), "answer")
    same = opener.at(f"/articles/{cited.article_id}/changes?from=1&to=1")
    assert every(parsed(same.body), "changes")
    for nothing in ("/", "http://[", "/answers/", f"{base}/paragraphs/0", "/articles/x/changes"):
        with pytest.raises(NotInLibrary):
            opener.at(nothing)


def test_an_article_that_is_as_it_was_again_has_not_changed(
    site: Site, dateline: Dateline, folder: Path
) -> None:
    path = folder / "briefing.md"
    before = path.read_text()
    for text in (before.replace("three hundred", "four hundred"), before):
        path.write_text(text)
        assert dateline("add", str(path)).code == 0
    with site.engine.library.reading() as db:
        now = catalogue.find_article(db, BRIEFING)
    opener = Opener(site)
    assert not every(parsed(opener.article(now.article_id, now.number).body), "changed")
