import json
from pathlib import Path

import pytest

import ui.eval_judge as command
from evals.gold.question import GoldQuestion
from evals.judge.cache import FOLDER
from evals.judge.judge import Judge
from evals.judge.model import passed_model
from evals.judge.stability import read
from evals.material import Material
from evals.runs.manifest import Manifest
from evals.runs.store import Answered, Writer, read_run
from evals.scoring import scored_run
from rag.errors import UsageError
from ui.eval_judge import (
    JudgeOptions,
    check_gate,
    items_of,
    judge_metrics,
    judge_of,
    run_dry,
    run_stability,
)
from ui.invocation import Invocation

from ..evals.gold.making import question, record
from ..evals.judge.making import Scripted, always, in_turn, said
from ..evals.metrics.making import reply

MODEL = "scripted:m"
TEXT, JSON = Invocation(), Invocation(json=True)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def chat(monkeypatch: pytest.MonkeyPatch) -> Scripted:
    one = always()
    monkeypatch.setattr(command, "load_model", lambda name: passed_model(one, name))
    return one


@pytest.fixture
def material() -> Material:
    gold = [GoldQuestion.model_validate(question(id=f"q-{n}", family=f"f-{n}")) for n in range(25)]
    return Material("dev", tuple(gold), record())


@pytest.fixture
def run(material: Material) -> Path:
    """A stored run: an answer to each question but the last, the second one declining."""
    manifest = Manifest(
        dateline="0", gold="g", questions=25, split="dev", corpus="c", articles=1,
        embedding="e", generator="extractive", settings={},
    )  # fmt: skip
    writer = Writer(Path("run"), manifest)
    for number, asked in enumerate(material.questions[:-1]):
        status = "abstained" if number == 1 else "answered"
        said = reply(id=asked.id, answer=f"Answer {number}.", status=status)
        writer.put(Answered(id=asked.id, reply=said), {})
    return Path("run")


def test_a_run_scored_by_a_judge(chat: Scripted, run: Path, material: Material) -> None:
    metrics = judge_metrics(judge_of(JudgeOptions(MODEL, votes=2)), run, material)
    assert len(chat.asked) == 23 * 2
    rows = scored_run(read_run(run), material.questions, material.record, metrics).rows
    assert len(chat.asked) == 23 * 2
    assert rows["q-0"][f"judge_correct@{MODEL}"].value == 1
    assert rows["q-1"][f"judge_correct@{MODEL}"].value == 0
    assert rows["q-24"][f"judge_correct@{MODEL}"].status == "error"
    judge_metrics(judge_of(JudgeOptions(MODEL, votes=2)), run, material)
    assert len(chat.asked) == 23 * 2  # cached on disk


def test_a_cap_that_is_reached_is_told(
    chat: Scripted, run: Path, material: Material, capsys: pytest.CaptureFixture[str]
) -> None:
    judge_metrics(judge_of(JudgeOptions(MODEL, calls=10)), run, material)
    told = capsys.readouterr()
    assert "The cap of 10 calls to the judge is reached; raise --judge-cap" in told.err
    assert (told.out, len(chat.asked)) == ("", 10)


def test_a_dry_run_in_words(
    chat: Scripted, run: Path, material: Material, capsys: pytest.CaptureFixture[str]
) -> None:
    options = JudgeOptions(MODEL, votes=2, calls=40, cost=0.0001, price_in=1.0, price_out=4.0)
    assert run_dry(TEXT, judge_of(options), items_of(run, material)) == 0
    told = capsys.readouterr().out
    assert "46 calls (2 votes a question; 0 votes are cached)" in told
    assert "about $0." in told
    assert "leaves 6 of them out" in told
    assert "the cap of $0.0001 will be reached" in told
    assert "Nothing was asked." in told
    assert not chat.asked


def test_a_dry_run_for_programs(
    chat: Scripted, run: Path, material: Material, capsys: pytest.CaptureFixture[str]
) -> None:
    run_dry(JSON, judge_of(JudgeOptions(MODEL)), items_of(run, material))
    told = json.loads(capsys.readouterr().out)
    assert (told["judge"], told["votes"], told["calls"], told["cost"]) == (MODEL, 3, 69, None)
    run_dry(TEXT, judge_of(JudgeOptions(MODEL)), items_of(run, material))
    assert "cost not known; give --price-in and --price-out" in capsys.readouterr().out


def test_a_steady_judge_may_gate(
    chat: Scripted, run: Path, material: Material, capsys: pytest.CaptureFixture[str]
) -> None:
    options, primary = JudgeOptions(MODEL), [f"judge_correct@{MODEL}"]
    with pytest.raises(UsageError, match=f"dateline eval aa --judge {MODEL} --votes 3"):
        check_gate(primary, options)
    assert run_stability(TEXT, judge_of(options), items_of(run, material)) == 0
    told = capsys.readouterr().out
    assert told == (
        f"{MODEL}, 3 votes: 23 pairs of verdicts on 23 questions, 0.0% of them flipped "
        "(at most 5% may); it may gate.\n"
    )
    check_gate(primary, options)
    check_gate(["idk_score"], None)
    with pytest.raises(UsageError, match=f"add --judge {MODEL}"):
        check_gate(primary, None)


def test_an_unsteady_judge_only_advises(
    run: Path, material: Material, capsys: pytest.CaptureFixture[str]
) -> None:
    chat = in_turn(*[said()] * 23, *[said("wrong")] * 23)
    judge = Judge(passed_model(chat, MODEL), votes=1, jobs=1)
    assert run_stability(JSON, judge, items_of(run, material)) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["share"], told["gates"]) == (1.0, False)
    assert read(FOLDER)[0].flips == 23


def test_a_judge_that_failed_is_no_measure(
    chat: Scripted, run: Path, material: Material, capsys: pytest.CaptureFixture[str]
) -> None:
    judge = judge_of(JudgeOptions(MODEL, votes=1, calls=30))
    assert run_stability(TEXT, judge, items_of(run, material)) == 4
    told = capsys.readouterr()
    assert "The cap of 30 calls" in told.err
    assert "it only advises: 16 questions could not be judged every time." in told.out


def test_a_cap_in_money_needs_a_price(chat: Scripted) -> None:
    with pytest.raises(UsageError, match="give --price-in and --price-out"):
        judge_of(JudgeOptions(MODEL, cost=1.0))
