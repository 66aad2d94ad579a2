"""The tab of the evals in a browser: verdict, pictures, questions, and drafts from readers."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from rag.library import catalogue
from ui.command import main
from ui.drafts import FILE

from ...rag.conftest import RECORD
from .browsing import answered, ask, open_tab
from .conftest import NewReader
from .serving import Served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

MUST_PASS, DECLINED, MAPS, HELD_BACK = "april-001", "april-058", "april-019", "april-004"
GOLD = RECORD.parent / "gold"
QUESTIONS = ".evals table.list"
TRUCE = "When did the truce in Gaza of November 2023 begin?"


def write_gold(folder: Path) -> dict[str, str]:
    """Write a gold set of four questions; return what each asks."""
    asked: dict[str, str] = {}
    for split in ("dev", "test"):
        lines = (GOLD / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
        rows = [(json.loads(line), line) for line in lines]
        wanted = {MUST_PASS, DECLINED, MAPS, HELD_BACK}
        kept = [(row, line) for row, line in rows if row["id"] in wanted]
        asked |= {row["id"]: row["question"] for row, _ in kept}
        path = folder / f"data/gold/{split}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(f"{line}\n" for _, line in kept), encoding="utf-8")
    assert set(asked) == wanted
    return asked


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the server runs."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("evals")
        patch.chdir(folder)
        yield folder


@pytest.fixture(scope="module")
def asked(place: Path, record: tuple[Path, str], cache: Path) -> dict[str, str]:
    """The gold questions; a baseline, a run of the test split, and last a run that declines all."""
    questions = write_gold(place)
    shutil.copytree(record[0], place / "library")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("DATELINE_")]:
            patch.delenv(name)
        patch.setenv("DATELINE_LIBRARY", str(place / "library"))
        patch.setenv("DATELINE_CACHE", str(cache))
        patch.setenv("DATELINE_EMBEDDING", record[1])
        for command in (["run"], ["bless"], ["run", "--split", "test"]):
            assert main(["eval", *command]) == 0
        for made in (place / ".evals/runs").iterdir():
            os.utime(made, (86_400, 86_400))
        assert main(["eval", "run", "--set", "abstain_below=1"]) == 0
    return questions


@pytest.fixture(scope="module")
def served(asked: dict[str, str], place: Path, record: tuple[Path, str], cache: Path) -> Iterator[
    Served
]:  # fmt: skip
    """A server in a folder with runs."""
    server = Served(
        place / "library",
        embedding=record[1],
        cache=cache,
        generator="extractive",
        requests_per_minute=100_000,
    )
    yield server
    server.stop()


def test_the_verdict_its_reasons_and_its_pictures(reader: NewReader) -> None:
    page = reader()
    open_tab(page, "Evals", ".evals .verdict")
    assert page.inner_text(".evals .verdict") == "HARD FAIL"
    assert f"'{MUST_PASS}' was right and is wrong" in page.inner_text(".evals")
    for key in ("forest", "heat", "recall"):
        drawing = page.locator(f".evals .picture-{key} svg")
        box = drawing.bounding_box()
        assert box
        assert box["width"] > 200
        assert box["height"] > 50
    page.locator(".picture-forest summary").click()
    assert page.locator(".picture-forest table tbody tr").count() >= 3
    for width in (768, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_question_is_found_and_opened(reader: NewReader, asked: dict[str, str]) -> None:
    page = reader()
    open_tab(page, "Evals", ".evals .verdict")
    open_tab(page, "Questions", QUESTIONS)
    assert page.locator(f"{QUESTIONS} tbody tr").count() == 3
    assert "worse" in page.inner_text(f"{QUESTIONS} tr:has([value='{MUST_PASS}'])")
    page.get_by_label("Words", exact=True).fill("map apps")
    page.get_by_text("1 to 1 of 1 question").wait_for()
    page.get_by_label("Words", exact=True).fill("")
    page.get_by_text("1 to 3 of 3 questions").wait_for()
    page.locator(f"{QUESTIONS} button[value='{MUST_PASS}']").click()
    page.wait_for_selector("#evals-question:focus")
    opened = page.locator(".evals.question")
    assert asked[MUST_PASS] in opened.inner_text()
    assert "not said" in opened.inner_text()
    opened.get_by_text("The baseline’s reply").click()
    link = opened.locator("details[open] a.cite").first
    link.wait_for()
    with page.expect_popup() as paragraph:
        link.click()
    paragraph.value.wait_for_selector(".framed")
    assert re.search(r"/articles/[^/]+/versions/1/paragraphs/\d+$", paragraph.value.url)


def test_questions_of_the_test_split_are_held_back(
    reader: NewReader, asked: dict[str, str]
) -> None:
    page = reader()
    open_tab(page, "Evals", ".evals .verdict")
    page.get_by_label("Run", exact=True).click()
    page.get_by_role("option", name="test-").first.click()
    page.get_by_text("NOT COMPARED").wait_for()
    page.get_by_role("tab", name="Questions", exact=True).click()
    page.get_by_text("Questions of the test split are not shown").wait_for()
    assert asked[HELD_BACK] not in page.content()
    page.get_by_label("Show questions of the test split").check()
    page.wait_for_selector(QUESTIONS)
    assert asked[HELD_BACK] in page.inner_text(QUESTIONS)


def test_what_a_reader_says_becomes_a_draft_with_its_anchor(
    reader: NewReader, served: Served, place: Path
) -> None:
    page = reader()
    ask(page, TRUCE)
    exchange = answered(served, page)
    with page.expect_response(lambda answer: "liked" in (answer.request.post_data or "")):
        page.locator("#chat [aria-label=like], #chat [aria-label=Like]").last.click()
    page.get_by_role("tab", name="Evals", exact=True).click()
    open_tab(page, "Feedback", ".evals .word")
    words = page.locator(".evals .word")
    assert words.count() == 1
    assert TRUCE in words.inner_text()
    page.get_by_role("button", name="Make a draft gold question").click()
    page.wait_for_selector("#evals-drafted:focus")
    assert page.inner_text("#evals-drafted") == "A draft was made."
    line = page.input_value("#evals-draft textarea")
    assert (place / FILE).read_text(encoding="utf-8") == f"{line}\n"
    draft = json.loads(line)
    span = draft["evidence"][0]["any_of"][0]
    cited = {(each.article_id, each.version) for each in exchange.reply.citations}
    assert span["article"] in {article for article, _ in cited}
    with served.site.engine.library.reading() as db:
        version = catalogue.read_version(db, span["article"], 1)
    assert version.text[span["start"] : span["end"]] == span["quote"]
    assert draft["question"] == TRUCE
    page.get_by_role("button", name="Show the draft gold question").click()
    page.get_by_text("The draft was made before.").wait_for()
