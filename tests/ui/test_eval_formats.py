"""What `dateline eval export`, `import` and `bench` print, and what they leave alone."""

import json
from pathlib import Path

import pytest

from rag.errors import UsageError
from tests.ui.conftest import Dateline
from ui import eval_bench
from ui.eval_formats import run_export, run_import
from ui.invocation import Invocation

ARTICLE = "2024-04-02-strike-on-the-consulate-in-damascus"
QUOTE = "Seven officers of the Revolutionary Guards were killed"

pytestmark = pytest.mark.usefixtures("filled")
TYPED = Invocation()


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    row = {
        "id": "q-1", "split": "dev", "type": "factoid", "family": "f", "answerable": True,
        "question": "how many officers were killed", "answers": [{"text": "seven officers"}],
        "nuggets": [{"id": "n", "text": "seven", "match": {"any_of": [{"all_of": ["seven"]}]}}],
        "evidence": [{"group": "g", "any_of": [{"article": ARTICLE, "quote": QUOTE}]}],
    }  # fmt: skip
    path = tmp_path / "gold.jsonl"
    path.write_text(json.dumps(row) + "\n")
    return path


def test_out_and_in(tmp_path: Path, gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target, drafts = tmp_path / "tests.yaml", tmp_path / "drafts.jsonl"
    assert run_export(TYPED, "promptfoo", target, [gold], "dev", None) == 0
    assert capsys.readouterr().out == f"{target}\n"
    assert run_import(TYPED, "promptfoo", target, drafts, "test") == 0
    told = capsys.readouterr()
    assert told.out == ""
    assert "1 of 1 reference texts anchored in the articles." in told.err
    [row] = [json.loads(line) for line in drafts.read_text().splitlines()]
    assert (row["id"], row["split"], row["status"]) == ("q-1", "test", "draft")
    assert row["evidence"][0]["any_of"][0]["quote"] == QUOTE
    assert row["evidence"][0]["any_of"][0]["start"] is not None


def test_the_same_again_is_fine_and_another_file_is_kept(tmp_path: Path, gold: Path) -> None:
    target = tmp_path / "set.jsonl"
    run_export(TYPED, "ragas", target, [gold], "dev", None)
    run_export(TYPED, "ragas", target, [gold], "dev", None)
    with pytest.raises(UsageError, match="holds something else"):
        run_import(TYPED, "ragas", target, target, "dev")
    with pytest.raises(UsageError, match="holds something else"):
        run_export(TYPED, "inspect", target, [gold], "dev", None)


def test_drafts_without_a_file_are_printed(
    tmp_path: Path, gold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run_export(TYPED, "ragas", tmp_path / "s.jsonl", [gold], "dev", None)
    capsys.readouterr()
    run_import(TYPED, "ragas", tmp_path / "s.jsonl", None, "dev")
    assert json.loads(capsys.readouterr().out)["question"] == "how many officers were killed"
    run_import(Invocation(json=True), "ragas", tmp_path / "s.jsonl", None, "dev")
    assert json.loads(capsys.readouterr().out)["questions"] == 1


def test_a_run_goes_out_and_its_ranking_is_scored(
    dateline: Dateline, tmp_path: Path, gold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert dateline("eval", "run", str(gold), "--out", str(tmp_path / "run")).code == 0
    ranking = tmp_path / "run.trec"
    run_export(TYPED, "trec-run", ranking, [gold], "dev", tmp_path / "run")
    capsys.readouterr()
    scores = tmp_path / "scores.jsonl"
    assert run_import(TYPED, "trec-run", ranking, scores, "dev", gold=[gold]) == 0
    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["evidence_recall@10", "1.000", "1"] in rows
    [row] = [json.loads(line) for line in scores.read_text().splitlines()]
    assert (row["id"], row["evidence_recall@10"]) == ("q-1", 1.0)
    run_import(Invocation(json=True), "trec-run", ranking, None, "dev", gold=[gold])
    assert json.loads(capsys.readouterr().out)["means"]["evidence_recall@10"] == 1.0


def test_bench_prints_a_figure_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    row = {
        "question": "how many schools opened in Isfahan", "wrong_answers": [],
        "documents": [{"text": "The mayor of Isfahan opened 2 schools in the spring."}],
        "gold_answers": ["2"],
    }  # fmt: skip
    (tmp_path / "ramdocs.jsonl").write_text(json.dumps(row) + "\n")
    assert eval_bench.run(TYPED, "conflict", tmp_path, sample=None) == 0
    first, *lines = capsys.readouterr().out.splitlines()
    assert first.startswith(f"conflict in {tmp_path}: 1 questions")
    assert any(line.startswith("all right answers appear ") and " 1.000 " in line for line in lines)
    eval_bench.run(Invocation(json=True), "conflict", tmp_path, sample=1)
    figures = json.loads(capsys.readouterr().out)["figures"]
    assert {"name": "answered", "value": 1.0, "items": 1, "interval": [1.0, 1.0]} in figures
