"""A conversation kept as files, answers opened by others, and pages that need no script."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest
from lxml import html
from markdown_it import MarkdownIt

from rag.library import catalogue

from ..export.test_bibtex import parsed
from .browsing import CHIP, answered, ask
from .conftest import NewReader
from .serving import Served

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCHEMA = Path(__file__).parents[3] / "docs/conversation.schema.json"
DRONES = "How many drones and missiles did Iran launch at Israel in April 2024?"
AFTER = "and in October 2024?"
FORMATS = {"Markdown": ".md", "HTML": ".html", "JSON": ".json", "BibTeX": ".bib",
           "CSL-JSON": ".csl.json"}  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """A conversation of two questions, its answers as they are stored, and its files."""

    exchanges: tuple[Any, ...]
    files: dict[str, Path]
    address: str

    def text(self, name: str) -> str:
        return self.files[name].read_text(encoding="utf-8")

    @property
    def citations(self) -> list[Any]:
        return [cited for exchange in self.exchanges for cited in exchange.reply.citations]


@pytest.fixture(scope="module")
def kept(
    browser: "Browser", served: Served, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Kept]:
    """Ask, ask again, and save the conversation in every format by clicking."""
    folder = tmp_path_factory.mktemp("kept")
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(served.address)
    page.wait_for_selector("#chat .welcome")
    exchanges = []
    for question in (DRONES, AFTER):
        ask(page, question)
        exchanges.append(answered(served, page))
    page.click(".open-past")
    files = {}
    for name, suffix in FORMATS.items():
        with page.expect_download() as saving:
            page.get_by_role("link", name=name, exact=True).click()
        download = saving.value
        assert re.fullmatch(
            rf"[a-z0-9-]+-\d{{4}}-\d\d-\d\d{re.escape(suffix)}", download.suggested_filename
        )
        files[name] = folder / download.suggested_filename
        download.save_as(files[name])
    yield Kept(tuple(exchanges), files, served.address)
    context.close()


def test_markdown_has_both_questions_and_their_footnotes(kept: Kept) -> None:
    text = kept.text("Markdown")
    headings = [
        inner.content
        for outer, inner in pairwise(MarkdownIt().parse(text))
        if outer.type == "heading_open"
    ]
    assert any(DRONES in heading for heading in headings)
    assert any(AFTER in heading for heading in headings)
    defined = re.findall(r"^\[\^([\w-]+)\]:", text, re.MULTILINE)
    used = re.findall(r"\[\^([\w-]+)\](?!:)", text)
    assert set(used) == set(defined)
    assert len(defined) == len(set(defined)) > 0
    assert "October 2024" in text


def test_json_follows_its_schema_and_points_into_the_articles(kept: Kept, served: Served) -> None:
    told = json.loads(kept.text("JSON"))
    jsonschema.validate(told, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert [e.reply.question for e in kept.exchanges] == [DRONES, AFTER]
    assert kept.citations
    as_json = json.dumps(told)
    for cited in kept.citations:
        assert cited.article_id in as_json
        with served.site.engine.library.reading() as db:
            version = catalogue.read_version(db, cited.article_id, cited.version)
        assert version.text[cited.start : cited.end] == cited.quote


def test_bibtex_and_csl_name_every_article_once(kept: Kept) -> None:
    articles = {(cited.article_id, cited.version) for cited in kept.citations}
    entries = parsed(kept.text("BibTeX"))
    items = json.loads(kept.text("CSL-JSON"))
    assert len(entries) == len(items) == len(articles)
    titles = {re.sub(r"\s+", " ", cited.title) for cited in kept.citations}
    assert {item["title"] for item in items} == titles
    assert all(item["issued"]["date-parts"][0] for item in items)
    assert {item["id"] for item in items} == set(entries)


def test_the_page_reads_from_disk_and_asks_for_nothing(browser: "Browser", kept: Kept) -> None:
    page = html.fromstring(kept.files["HTML"].read_bytes())
    assert not page.xpath("//script | //link[@rel='stylesheet'] | //img | //iframe")
    context = browser.new_context(offline=True)
    opened, asked = context.new_page(), []
    wrong: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.on("console", lambda message: wrong.append(message.text))
    opened.goto(kept.files["HTML"].as_uri())
    for text in (DRONES, AFTER, kept.citations[0].quote[:40]):
        assert text in opened.inner_text("body")
    opened.set_viewport_size({"width": 390, "height": 844})
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
    assert asked == [kept.files["HTML"].as_uri()]
    assert wrong == []
    inner = opened.locator("a[href^='#']").first
    target = inner.get_attribute("href") or ""
    inner.click()
    assert opened.locator(target).count() == 1
    context.close()


def test_a_second_reader_opens_an_answer_and_its_paragraph(
    reader: NewReader, kept: Kept, served: Served
) -> None:
    page = reader()
    first = kept.exchanges[0]
    page.goto(f"{kept.address}answers/{first.id}")
    assert page.inner_text("h1").strip() == DRONES
    assert first.reply.sentences[0].text[:60] in page.inner_text("body")
    page.locator("a.cite").first.click()
    page.wait_for_selector(".framed")
    cited = first.reply.citations[0]
    assert page.url.endswith(f"/answers/{first.id}/citations/{cited.n}")
    assert page.locator("mark").first.inner_text() in cited.text
    page.locator(".of-framed > .number").click()
    page.wait_for_url(re.compile(r"/articles/.+/paragraphs/\d+$"))
    framed = page.locator(f".framed#p-{cited.paragraph}")
    with served.site.engine.library.reading() as db:
        version = catalogue.read_version(db, cited.article_id, cited.version)
    assert framed.inner_text() == version.slice(version.paragraph(cited.paragraph))
    # The answer is theirs who have its address; the conversation stays its reader's.
    own = served.site.store.answer(first.id)
    assert own is not None
    told = page.request.get(f"{kept.address}conversations/{own.conversation}/export?as=json")
    assert told.status == 404


def test_without_javascript_permalinks_still_work(browser: "Browser", kept: Kept) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    first = kept.exchanges[0]
    page.goto(f"{kept.address}answers/{first.id}")
    assert page.locator("h1").inner_text().strip() == DRONES
    page.locator("a.cite").first.click()
    page.wait_for_url(re.compile(r"/citations/\d+$"))
    assert page.locator(".framed mark").count() >= 1
    page.get_by_role("link", name="The answer").click()
    page.wait_for_url(re.compile(rf"/answers/{first.id}$"))
    context.close()


def test_the_same_address_opens_beside_the_answer_or_on_its_own(
    browser: "Browser", reader: NewReader, served: Served
) -> None:
    page = reader()
    ask(page, DRONES)
    link = page.locator(CHIP).first
    with page.context.expect_page() as other:
        link.click(modifiers=["ControlOrMeta"])
    other.value.wait_for_selector(".framed")
    assert page.locator("#source .framed").count() == 0
    link.click()
    page.wait_for_selector("#source .framed")
    assert page.inner_text("#source .framed") == other.value.inner_text(".framed")
