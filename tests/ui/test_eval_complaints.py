"""What other harnesses get wrong, a test for each: as typed, from the questions to the verdict."""

import json
import socket
from pathlib import Path
from typing import Any

import pytest

from tests.ui.conftest import Dateline

CONSULATE = "2024-04-02-strike-on-the-consulate-in-damascus"

pytestmark = pytest.mark.usefixtures("filled")


def question(number: int, **changes: Any) -> dict[str, Any]:
    evidence = {"article": CONSULATE, "quote": "Seven officers of the"}
    return {
        "id": f"q-{number}", "split": "dev", "type": "factoid", "family": f"f-{number}",
        "question": f"how many officers were killed in the strike, question {number}",
        "answerable": True, "answers": [{"text": "Seven officers."}],
        "nuggets": [{"id": "n", "text": "7.", "match": {"any_of": [{"all_of": ["seven"]}]}}],
        "evidence": [{"group": "g", "any_of": [evidence]}],
    } | changes  # fmt: skip


@pytest.fixture
def gold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "data/gold/set.jsonl"
    path.parent.mkdir(parents=True)
    path.write_text("".join(json.dumps(question(n)) + "\n" for n in range(4)))
    return path


def scores(folder: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(Path(folder, "scores.json").read_text())["questions"]
    return found


def test_same_data_same_scores(dateline: Dateline, gold: Path) -> None:
    for name in ("one", "two"):
        assert dateline("eval", "run", "--out", name, "-j", "3").code == 0
    for name in ("answers.jsonl", "scores.json", "manifest.json"):
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes()


def test_a_failed_row_does_not_leave_the_mean_and_fails_the_gate(
    dateline: Dateline, gold: Path
) -> None:
    dateline("eval", "run", "--out", "good")
    dateline("eval", "bless", "good")
    dateline("eval", "run", "--out", "bad")
    rows = [json.loads(line) for line in Path("bad/answers.jsonl").read_text().splitlines()]
    rows[1] |= {"reply": None, "retrieved": [], "error": "ValueError: no"}
    Path("bad/answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    told = dateline("eval", "score", "bad")
    assert told.code == 4
    [line] = [x for x in told.out.splitlines() if x.startswith("* idk_score")]
    assert line.split()[-3:] == ["3", "0", "1"]
    assert dateline("eval", "gate", "bad").code == 4


def test_declining_is_scored_for_what_it_is(dateline: Dateline, gold: Path) -> None:
    unanswerable = {"type": "unanswerable", "answerable": False, "answers": [], "nuggets": [],
                    "evidence": []}  # fmt: skip
    with gold.open("a") as file:
        file.write(json.dumps(question(9, **unanswerable)) + "\n")
    dateline("eval", "run", "--set", "abstain_below=1", "--out", "silent")
    by_id = scores("silent")
    assert by_id["q-9"]["scores"]["idk_score"]["value"] == 1
    assert by_id["q-1"]["scores"]["idk_score"]["value"] == 0
    assert by_id["q-1"]["scores"]["citation_hit"]["value"] == 0


def test_what_the_gate_says_is_what_it_exits_with_and_how_much_it_can_see(
    dateline: Dateline, gold: Path
) -> None:
    dateline("eval", "run", "--out", "good")
    dateline("eval", "bless", "good")
    for run in ("good", "worse"):
        if run == "worse":
            dateline("eval", "run", "--set", "abstain_below=1", "--out", "worse")
        told = dateline("eval", "gate", run)
        verdict, code = told.out.splitlines()[0].rstrip(")").split(" (exit code ")
        assert told.code == int(code)
        assert (verdict == "INCONCLUSIVE") == (told.code == 0)
        assert "detectable effect" in told.out


def test_gold_survives_another_way_of_cutting_the_articles(
    dateline: Dateline, gold: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dateline("eval", "lint", "--write")
    kept = gold.read_bytes()
    monkeypatch.setenv("DATELINE_LIBRARY", str(folder.parent / "cut otherwise"))
    monkeypatch.setenv("DATELINE_PASSAGE_TOKENS", "32")
    assert dateline("add", str(folder)).code == 0
    assert dateline("eval", "lint").code == 0
    assert gold.read_bytes() == kept
    dateline("eval", "run", "--out", "cut")
    assert scores("cut")["q-1"]["scores"]["evidence_recall@5"]["status"] == "ok"


def test_two_runs_are_compared_question_by_question(dateline: Dateline, gold: Path) -> None:
    dateline("eval", "run", "--out", "good")
    dateline("eval", "run", "--set", "abstain_below=1", "--out", "worse")
    told = json.loads(dateline("eval", "compare", "good", "worse", "--json").out)
    assert (told["questions"], told["families"]) == (4, 4)
    assert len(told["metrics"]["idk_score"]["flips"]) == told["metrics"]["idk_score"]["losses"]


def test_nothing_is_asked_of_a_network(
    dateline: Dateline, gold: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: Any, **__: Any) -> Any:
        raise AssertionError("a network was asked")

    monkeypatch.setattr(socket.socket, "connect", refused)
    monkeypatch.setattr(socket, "getaddrinfo", refused)
    for command in (["run", "--out", "good"], ["bless", "good"], ["gate", "good"],
                    ["report", "good", "--baseline", "good"], ["aa"], ["calibrate"]):  # fmt: skip
        told = dateline("eval", *command)
        assert told.code in (0, 1), (command, told.err)
        assert "network" not in told.err


def test_a_scorer_that_fails_is_no_bad_answer(dateline: Dateline, gold: Path) -> None:
    Path("failing_metrics.py").write_text(
        "def half(case):\n    return 1 / (case.question.id == 'q-1')\n"
    )
    dateline("eval", "run", "--out", "good")
    told = dateline("eval", "score", "good", "--metric", "failing_metrics:half")
    assert told.code == 4
    assert told.out.splitlines()[-1].split() == [
        "half",
        "1.000",
        "[1.000,",
        "1.000]",
        "1",
        "0",
        "3",
    ]
