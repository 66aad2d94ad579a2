"""`dateline eval run`, `score`, `compare`, `gate`, `bless`, `aa`, `power`, `calibrate` as typed."""

import json
from pathlib import Path
from typing import Any

import pytest

from evals.judge.model import passed_model
from tests.ui.conftest import Dateline
from ui import eval_judge

from ..evals.judge.making import always

CONSULATE = "2024-04-02-strike-on-the-consulate-in-damascus"
BRIEFING = "2024-04-15-press-briefing-by-john-kirby"

pytestmark = pytest.mark.usefixtures("filled")


def row(id_: str, asked: str, quote: str | None, pattern: str = "", **more: Any) -> dict[str, Any]:
    """A gold question; without a quote it cannot be answered."""
    article = CONSULATE if quote and "officers" in quote else BRIEFING
    made: dict[str, Any] = {
        "id": id_, "split": "dev", "type": "factoid", "family": f"f-{id_}", "question": asked,
        "answerable": quote is not None,
    }  # fmt: skip
    if quote is None:
        return made | {"type": "unanswerable"} | more
    match = {"any_of": [{"all_of": [pattern]}]}
    return (
        made
        | {
            "answers": [{"text": f"It was {pattern}."}],
            "nuggets": [{"id": "n1", "text": pattern, "match": match}],
            "evidence": [{"group": "g", "any_of": [{"article": article, "quote": quote}]}],
        }
        | more
    )


@pytest.fixture
def gold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A gold set where `eval` looks for it, in a folder of its own."""
    monkeypatch.chdir(tmp_path)
    rows = [
        row("q-1", "how many officers were killed", "Seven officers of the", "seven officers"),
        row("q-2", "how many drones did Iran launch", "more than\nthree hundred", "300 drones"),
        row("q-3", "who sings the anthem", None),
        row("q-4", "will Israel strike back", "we do not seek", "not seek", split="test"),
    ]
    rows[1]["evidence"][0]["any_of"][0]["quote"] = "three hundred drones"
    path = tmp_path / "data/gold/set.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("".join(json.dumps(one) + "\n" for one in rows))
    return path


def means(out: str) -> dict[str, str]:
    """Metric and mean of a printed table."""
    rows = (line.removeprefix("* ").split() for line in out.splitlines()[2:])
    return {cells[0]: cells[1] for cells in rows}


def test_a_run_is_stored_and_scored(dateline: Dateline, gold: Path, tmp_path: Path) -> None:
    told = dateline("eval", "run")
    assert told.code == 0, told.err
    [folder] = (tmp_path / ".evals/runs").iterdir()
    assert folder.name.startswith("dev-")
    assert {path.name for path in folder.iterdir()} == {
        "manifest.json", "answers.jsonl", "timings.jsonl", "scores.json",
    }  # fmt: skip
    assert "3 questions in 3 families" in told.out
    assert means(told.out)["evidence_recall@5"] == "1.000"
    assert means(told.out)["citation_validity"] == "1.000"


def test_the_same_run_again_asks_nothing_and_another_setting_is_another_run(
    dateline: Dateline, gold: Path, tmp_path: Path
) -> None:
    dateline("eval", "run")
    assert "3 answers were there already." in dateline("eval", "run").err
    assert dateline("eval", "run", "--set", "answer_sentences=1").code == 0
    assert len(list((tmp_path / ".evals/runs").iterdir())) == 2


def test_scores_are_the_same_bytes_each_time(
    dateline: Dateline, gold: Path, tmp_path: Path
) -> None:
    dateline("eval", "run", "--out", "one")
    before = Path("one/scores.json").read_bytes()
    assert dateline("eval", "score", "one").code == 0
    assert Path("one/scores.json").read_bytes() == before
    dateline("eval", "run", "--out", "two")
    for name in ("manifest.json", "answers.jsonl", "scores.json"):
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes()
    as_json = json.loads(dateline("eval", "score", "one", "--json").out)
    assert set(as_json["questions"]) == {"q-1", "q-2", "q-3"}


def test_a_worse_run_is_shown_question_by_question(dateline: Dateline, gold: Path) -> None:
    dateline("eval", "run", "--out", "good")
    dateline("eval", "run", "--set", "abstain_below=1", "--out", "silent")
    told = dateline("eval", "compare", "good", "silent")
    assert told.code == 0
    assert "idk_score: " in told.out
    assert "q-1 1 -> 0" in told.out
    compared = json.loads(dateline("eval", "compare", "good", "silent", "--json").out)
    assert compared["metrics"]["idk_score"]["losses"] >= 1


def test_the_gate_needs_a_baseline_and_bless_is_what_makes_one(
    dateline: Dateline, gold: Path
) -> None:
    dateline("eval", "run", "--out", "good")
    none = dateline("eval", "gate", "good")
    assert (none.code, none.out) == (2, "")
    assert "'data/baseline/dev' holds no run" in none.err

    assert dateline("eval", "bless", "good").out == (
        "good is the baseline now: data/baseline/dev\n"
    )
    same = dateline("eval", "gate", "good")
    assert same.code == 0
    assert same.out.startswith("INCONCLUSIVE (exit code 0)\n")
    assert dateline("eval", "gate", "good", "--strict").code == 1


def test_the_gate_fails_a_question_that_must_pass(dateline: Dateline, gold: Path) -> None:
    rows = [json.loads(line) for line in gold.read_text().splitlines()]
    rows[0]["must_pass"] = True
    gold.write_text("".join(json.dumps(one) + "\n" for one in rows))
    dateline("eval", "run", "--out", "good")
    dateline("eval", "bless", "good")
    dateline("eval", "run", "--set", "abstain_below=1", "--out", "silent")
    told = dateline("eval", "gate", "silent")
    assert told.code == 1
    assert told.out.startswith("HARD FAIL")
    assert "q-1" in told.out
    decided = json.loads(dateline("eval", "gate", "silent", "--json").out)
    assert (decided["verdict"], decided["exit_code"]) == ("HARD FAIL", 1)


def test_a_baseline_of_other_questions_is_refused(dateline: Dateline, gold: Path) -> None:
    dateline("eval", "run", "--out", "good")
    dateline("eval", "bless", "good")
    changed = gold.read_text().replace("how many officers", "how many people")
    gold.write_text(changed)
    dateline("eval", "run", "--out", "after")
    before = Path("data/baseline/dev/answers.jsonl").read_bytes()
    told = dateline("eval", "gate", "after")
    assert told.code == 3
    assert told.out.startswith("MISMATCH (exit code 3)")
    assert "gold differs" in told.out
    assert Path("data/baseline/dev/answers.jsonl").read_bytes() == before


def test_an_unfinished_run_is_not_blessed(dateline: Dateline, gold: Path) -> None:
    dateline("eval", "run", "--out", "good")
    answers = Path("good/answers.jsonl")
    answers.write_text("".join(answers.read_text().splitlines(keepends=True)[:2]))
    told = dateline("eval", "bless", "good")
    assert told.code == 2
    assert "has no answer to 1 questions, 'q-3' first" in told.err
    assert not Path("data/baseline").exists()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["run", "--split", "train"], "No gold question is in the split 'train'"),
        (["run", "--set", "colour=red"], "--set 'colour=red' is no setting"),
        (["run", "--set", "answer_sentences=none"], "Setting 'answer_sentences'"),
        (["run", "--metric", "nowhere:metric"], "--metric 'nowhere:metric' cannot be loaded"),
        (["score"], "There is no run yet"),
        (["score", "nowhere"], "'nowhere' holds no run"),
        (["run", "nowhere.jsonl"], "There is no gold file or folder 'nowhere.jsonl'."),
    ],
)
def test_wrong_usage_is_one_sentence(
    dateline: Dateline, gold: Path, arguments: list[str], says: str
) -> None:
    told = dateline("eval", *arguments)
    assert told.code == 2
    assert says in told.err
    assert told.err.count("\n") == 1


def test_an_anchor_that_no_longer_resolves_stops_the_run(dateline: Dateline, gold: Path) -> None:
    gold.write_text(gold.read_text().replace("Seven officers of the", "Nine admirals of the"))
    told = dateline("eval", "run")
    assert told.code == 2
    assert "data/gold/set.jsonl:1: q-1: the quote 'Nine admirals of the'" in told.err


def test_a_metric_of_ones_own(
    dateline: Dateline, gold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("brevity_metrics.py").write_text(
        "def brevity(case):\n    return len(case.reply.answer) < 400\n\n"
        "def broken(case):\n    raise ValueError('no')\n"
    )
    monkeypatch.syspath_prepend(str(Path.cwd()))
    told = dateline("eval", "run", "--metric", "brevity_metrics:brevity")
    assert means(told.out)["brevity"] == "1.000"
    failed = dateline("eval", "score", "--metric", "brevity_metrics:broken")
    assert failed.code == 4
    assert failed.out.splitlines()[-1].split() == ["broken", "0", "0", "3"]


def test_identical_runs_do_not_differ(dateline: Dateline, gold: Path) -> None:
    told = dateline("eval", "aa", "--runs", "3")
    assert told.code == 0
    assert "  idk_score: 0 flips\n" in told.out
    assert told.out.endswith("The stored answers are the same bytes.\n")


def test_what_so_many_questions_show(dateline: Dateline) -> None:
    shown = [json.loads(x) for x in dateline("eval", "power", "100", "--json", "2").out.split("\n")
             if x]  # fmt: skip
    assert shown[0]["detectable_drop"] == pytest.approx(0.095, abs=0.005)
    assert shown[1]["detectable_drop"] is None


def test_calibration_shows_the_curve_and_a_threshold(dateline: Dateline, gold: Path) -> None:
    told = json.loads(dateline("eval", "calibrate", "--json").out)
    assert told["curve"]["points"][-1]["coverage"] == 1.0
    assert 0 <= told["abstain_below"]["threshold"] <= 1
    assert told["abstain_below"]["score"] >= told["abstain_below"]["now"]
    assert "abstain_below" in dateline("eval", "calibrate").out


def test_a_judge_advises_and_decides_only_when_it_was_shown_to_be_steady(
    dateline: Dateline, gold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat = always()
    monkeypatch.setattr(eval_judge, "load_model", lambda name: passed_model(chat, name))
    dry = dateline("eval", "run", "--out", "good", "--judge", "fake:m", "--dry-run")
    assert dry.code == 0
    assert chat.asked == []
    told = dateline("eval", "score", "good", "--judge", "fake:m", "--votes", "1")
    assert means(told.out)["judge_correct@fake:m"] == "0.667"  # it answers q-3
    dateline("eval", "bless", "good")
    decides = ("--judge", "fake:m", "--primary", "judge_correct@fake:m")
    refused = dateline("eval", "gate", "good", *decides)
    assert (refused.code, refused.out) == (2, "")
    assert "eval aa" in refused.err
    assert dateline("eval", "compare", "good", "good", "--judge", "fake:m").code == 0
    steady = dateline("eval", "aa", "--judge", "fake:m")
    assert "it only advises" in steady.out  # three questions show too little


def test_a_drill_shows_what_the_gate_says_to_a_known_loss(dateline: Dateline, gold: Path) -> None:
    dateline("eval", "run", "--out", "good")
    before = {path.name: path.read_bytes() for path in Path("good").iterdir()}
    told = json.loads(dateline("eval", "drill", "good", "--drop", "0.2", "--json").out)
    metric = told["comparison"]["metrics"]["gold_citation_precision"]
    assert metric["difference"] == pytest.approx(-told["fallen"])
    assert told["fallen"] >= 0.2
    assert metric["losses"] >= 1
    assert told["comparison"]["metrics"]["citation_validity"]["difference"] == 0
    assert told["comparison"]["metrics"]["evidence_recall@5"]["difference"] == 0
    assert {path.name: path.read_bytes() for path in Path("good").iterdir()} == before
    dateline("eval", "run", "--set", "abstain_below=1", "--out", "silent")
    nothing = dateline("eval", "drill", "silent")
    assert nothing.code == 2
    assert "cannot fall by 0.1" in nothing.err
