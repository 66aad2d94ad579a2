"""The tab of the evals: what its handlers return, and that the page does not wait for them."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gradio as gr
import pytest

from evals.report.report import Report
from rag.answerer import Ask
from rag.settings import load_settings
from ui.drafts import FILE
from ui.engine import Engine
from ui.reports import Reports, stored_runs
from ui.site import Site
from ui.store.records import Asked, Exchange, Feedback, Verdict
from ui.store.store import open_store
from ui.web import evals_html
from ui.web.evals_tab import evals_tab
from ui.web.evals_work import EvalsWork

from ..conftest import Dateline
from ..eval_making import bless, run, write_gold

pytestmark = pytest.mark.usefixtures("gold")

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(1)">${alert(1)}{{7*7}}'


@pytest.fixture
def gold(filled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gold set in the folder where the server runs."""
    monkeypatch.chdir(tmp_path)
    return write_gold(tmp_path)


@pytest.fixture
def site(gold: Path, tmp_path: Path) -> Iterator[Site]:
    """A server's engine and store."""
    made = Site(Engine(load_settings()[0]), open_store(tmp_path / "conversations.db"))
    yield made
    made.close()


@pytest.fixture
def work(site: Site) -> EvalsWork:
    return EvalsWork(site)


@pytest.fixture
def compared(dateline: Dateline) -> tuple[str, str]:
    """A run that answers nothing, against a baseline that does."""
    run(dateline)
    bless(dateline)
    os.utime(stored_runs()[0].folder, (86_400, 86_400))
    run(dateline, "--set", "abstain_below=1")
    return stored_runs()[0].name, "data/baseline/dev"


def event(id_: str) -> gr.EventData:
    return gr.EventData(None, {"id": id_})


def request_of(reader: str) -> Any:
    return SimpleNamespace(state=SimpleNamespace(reader=reader))


READER = request_of("reader")


def say(site: Site, verdict: Verdict = "good", question: str = "is it so", **more: Any) -> Exchange:
    """Ask and judge the answer."""
    reply = site.engine.answer(Ask("how many officers were killed"))
    reply = reply.model_copy(update={"question": question, "standalone_question": question})
    conversation = site.store.begin("reader", question)
    exchange = site.store.put("reader", conversation.id, Asked(), reply)
    site.store.say("reader", Feedback(exchange.id, verdict, **more))
    return exchange


def listed(work: EvalsWork, run: str, baseline: str = "", number: int = 0, **more: Any) -> Any:
    wanted = {"metric": "idk_score", "type": "", "split": "", "state": "", "flipped": "",
              "words": "", "test": False} | more  # fmt: skip
    return work.listed(READER, number, run, baseline, *wanted.values())


def questions(work: EvalsWork, run: str, baseline: str, metric: str | None) -> list[Any]:
    """Return what fills the tab of the questions when a run is opened."""
    *_, (_, _, _, *filled) = work.opened(run, baseline, metric)
    return filled


def test_without_a_run_it_says_what_to_do_and_where(work: EvalsWork, tmp_path: Path) -> None:
    *_, (run_list, baseline_list, html, *questions) = work.opened(None, None, None)
    assert "dateline eval run" in html
    assert str(tmp_path) in html
    assert not run_list["visible"]
    assert not baseline_list["visible"]
    assert all(not update["visible"] for update in questions[:7])
    assert questions[7:9] == ["", ""]
    assert listed(work, "")[0] == ""


def test_opening_it_tells_that_the_run_is_read_then_the_verdict(
    work: EvalsWork, compared: tuple[str, str]
) -> None:
    reading, told, _ = work.opened(None, None, None)
    assert "Reading the run…" in reading[2]
    assert (told[0]["value"], told[1]["value"]) == compared
    assert "HARD FAIL" in told[2]
    assert "Must-pass question &#39;q-1&#39; was right and is wrong" in told[2]
    for key in ("forest", "heat", "recall"):
        assert f"picture-{key}" in told[2]
    assert "idk_score" in told[2]
    assert re.search(r"−\d\.\d{3} <span class=\"soft\">\[−", told[2])  # a difference, an interval


def test_a_chosen_baseline_stays_and_another_run_gets_its_own(
    work: EvalsWork, compared: tuple[str, str]
) -> None:
    silent, baseline = compared
    *_, alone = work.opened(silent, "", None)
    assert alone[1]["value"] == ""
    assert "NOT COMPARED" in alone[2]
    *_, again = work.chosen(silent, None)
    assert again[1]["value"] == baseline
    *_, gone = work.opened("no such run", "", None)
    assert (gone[0]["value"], gone[1]["value"]) == compared


def test_a_damaged_run_is_a_sentence_in_its_place(
    work: EvalsWork, compared: tuple[str, str]
) -> None:
    Path(compared[0], "answers.jsonl").write_text("[]\n{}\n")
    *_, told = work.opened(*compared, None)
    assert "is not a stored answer" in told[2]
    assert "Traceback" not in told[2]
    assert not told[3]["visible"]
    assert "is not a stored answer" in told[11]
    assert "is not a stored answer" in listed(work, *compared)[0]
    assert "is not a stored answer" in work.question(*compared, False, event("q-1"))


def test_questions_are_listed_narrowed_and_turned(
    work: EvalsWork, compared: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.web.evals_handlers.PAGE", 2)
    html, number, before, after = listed(work, *compared)
    assert re.findall(r'<button type="button" value="(.*?)"', html) == ["q-1", "q-2"]
    assert "how many officers were killed &lt;b&gt;" in html
    assert (number, before["interactive"], after["interactive"]) == (0, False, True)
    html, number, before, after = listed(work, *compared, number=9)
    assert 'value="q-3"' in html
    assert (number, before["interactive"], after["interactive"]) == (1, True, False)
    worse = listed(work, *compared, flipped="worse", words="officers")[0]
    assert '<span class="worse">worse</span>' in worse
    assert "No question is like that" in listed(work, *compared, words="zeppelin")[0]
    assert listed(work, *compared, metric="") == listed(work, *compared)
    assert "no metric &#39;beauty&#39;" in listed(work, *compared, metric="beauty")[0]


def test_the_filters_keep_the_metric_and_forget_the_rest(
    work: EvalsWork, compared: tuple[str, str]
) -> None:
    metric, kind, split, state, flipped, words, test, question, html, *_ = questions(
        work, *compared, "token_f1"
    )
    assert metric["value"] == "token_f1"
    assert metric["choices"][0] == "idk_score"
    assert ("unanswerable", "unanswerable") in kind["choices"]
    assert (split["visible"], flipped["visible"], test["visible"]) == (False, True, False)
    assert kind["value"] == state["value"] == words["value"] == question == ""
    assert re.findall(r'<button type="button" value="(.*?)"', html) == ["q-1", "q-2", "q-3"]
    assert questions(work, *compared, "beauty")[0]["value"] == "idk_score"
    assert not questions(work, compared[0], "", None)[4]["visible"]


def test_a_question_shows_both_replies_with_links_that_open_the_paragraphs(
    work: EvalsWork, compared: tuple[str, str]
) -> None:
    html = work.question(*compared, False, event("q-1"))
    assert "It was seven officers." in html
    assert "not said" in html
    assert "The baseline’s reply" in html
    links = re.findall(r'href="(/[^"]*)"', html)
    assert links
    assert all(re.fullmatch(r"/articles/[^/]+/versions/1/paragraphs/\d+", x) for x in links)
    assert "/answers/" not in html
    assert "no question &#39;nothing&#39; to show" in work.question(
        *compared, False, event("nothing")
    )


def test_questions_of_the_test_split_need_a_tick(dateline: Dateline, work: EvalsWork) -> None:
    run(dateline, "--split", "test")
    name = stored_runs()[0].name
    *_, told = work.opened(name, "", None)
    assert "idk_score" in told[2]
    assert told[9]["visible"]
    held = listed(work, name)[0]
    assert "will Israel strike back" not in told[2] + held
    assert "not shown" in held
    assert "will Israel strike back" not in work.question(name, "", False, event("q-4"))
    assert "will Israel strike back" in listed(work, name, test=True)[0]
    assert "will Israel strike back" in work.question(name, "", True, event("q-4"))


def test_every_class_of_the_pictures_has_a_style(site: Site, compared: tuple[str, str]) -> None:
    report: Report = Reports(site.engine.library).reading(*compared).report
    html = evals_html.verdict(Reports(site.engine.library).reading(*compared))
    assert report.comparison is not None
    style = (Path(evals_html.__file__).parent / "evals.css").read_text(encoding="utf-8")
    drawings = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    used = {
        name for svg in drawings for c in re.findall(r'class="(.*?)"', svg) for name in c.split()
    }
    lacking = {name for name in used if not re.search(rf"\.{name}\b", style)}
    assert lacking <= {"now"}
    assert "#" not in re.sub(r"--[\w-]+: #\w+;", "", style)  # colours have a night's pair


def test_what_readers_said_is_listed_by_verdict_with_its_place(site: Site, work: EvalsWork) -> None:
    assert "No reader has said" in work.said(READER, 0, "")[0]
    good = say(site, question="is it good", comment=HOSTILE)
    say(site, "wrong_source", question="is it wrong", citation=1)
    html = work.said(READER, 0, "")[0]
    assert html.index("is it wrong") < html.index("is it good")
    assert f'href="/answers/{good.id}"' in html
    assert "Citation 1" in html
    assert "The whole answer" in html
    assert "<script" not in html
    assert "<img" not in html
    only = work.said(READER, 0, "wrong_source")[0]
    assert "is it wrong" in only
    assert "is it good" not in only


def test_what_others_said_is_for_editors_alone(site: Site, work: EvalsWork) -> None:
    exchange = say(site, question="is it good", comment="Between us.")
    for stranger in (request_of("another"), request_of("user:mina")):
        assert "is it good" not in work.said(stranger, 0, "")[0]
        assert "No reader has said" in work.drafted(stranger, event(exchange.id))[0]
    assert not FILE.exists()
    settings = site.settings.model_copy(update={"editors": ("mina",)})
    site.engine.settings = settings
    told = work.said(request_of("user:mina"), 0, "")[0]
    assert "is it good" in told
    assert "Between us." in told
    assert "is it good" not in work.said(request_of("mina"), 0, "")[0]  # a cookie, not a name


def test_one_click_makes_a_draft_and_another_shows_it(site: Site, work: EvalsWork) -> None:
    exchange = say(site, question="how many were killed there")
    html, line = work.drafted(READER, event(exchange.id))
    assert "A draft was made." in html
    assert str(FILE) in html
    assert line["value"] == FILE.read_text(encoding="utf-8").strip()
    assert json.loads(line["value"])["evidence"]
    assert "Show the draft gold question" in work.said(READER, 0, "")[0]
    html, again = work.drafted(READER, event(exchange.id))
    assert "The draft was made before." in html
    assert again["value"] == line["value"]
    assert FILE.read_text(encoding="utf-8").count("\n") == 1


def test_what_makes_no_draft_is_a_sentence(site: Site, work: EvalsWork) -> None:
    html, line = work.drafted(READER, event("nobody"))
    assert "No reader has said anything" in html
    assert not line["visible"]
    known = say(site, question="Who sings the anthem")
    html, line = work.drafted(READER, event(known.id))
    assert "No draft was made: the same question stands at data/gold/set.jsonl:3" in html
    assert not line["value"]
    assert not FILE.exists()


def test_the_handlers_of_the_page_are_private_and_none_runs_at_its_start(site: Site) -> None:
    with gr.Blocks(analytics_enabled=False) as page, gr.Tabs(), gr.Tab("Evals"):
        evals_tab(site)
    functions = page.fns.values()
    assert functions
    assert {function.api_visibility for function in functions} == {"private"}
    targets = [name for function in functions for _, name in function.targets]
    assert "load" not in targets
    assert "select" in targets


def test_nothing_of_the_evals_is_imported_before_the_tab_is_opened() -> None:
    code = "import sys, ui.web.evals_tab; print([n for n in sys.modules if n.startswith('evals')])"
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, text=True, check=True,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert told.stdout == "[]\n"
