from pathlib import Path
from typing import Any

import pytest

import rag
from evals.gate import Policy, judge
from evals.metrics.registry import PRIMARY
from evals.runs.manifest import ANSWERING, Manifest, code_digest, manifest_of, run_name
from evals.runs.store import read_run
from evals.scored import read_scores
from evals.verdict import Verdict
from rag.settings import Settings

from ..gold.making import record
from .making import gold_question

BASELINE = Path(__file__).parents[3] / "data" / "baseline" / "dev"


def made(settings: Settings | None = None, **changes: Any) -> Manifest:
    given = settings or Settings(library=Path("unused"))
    return manifest_of(
        [gold_question()], record(), given, split="dev", embedding="hashing", **changes
    )


def test_it_names_what_in_fact_answers() -> None:
    auto = Settings(library=Path("unused"), generator="auto")
    assert made(auto).generator == "extractive"
    assert made(auto).prompts is None
    local = made(auto, generator="local")
    assert local.generator == local.settings["generator"] == "qwen2.5-coder-1.5b-instruct"
    assert local.prompts is not None


def test_the_same_answers_are_one_run_however_they_were_asked_for() -> None:
    names = ("auto", "extractive")
    runs = [made(Settings(library=Path("unused"), generator=name)) for name in names]
    assert run_name(runs[0]) == run_name(runs[1])
    assert run_name(made(generator="local")) != run_name(runs[0])
    assert run_name(made(drafts=True)) == run_name(runs[0])  # there are none
    assert run_name(made(generator="local", drafts=True)) != run_name(made(generator="local"))


@pytest.mark.parametrize("change", [{"generator_evidence": 500}, {"generator_seconds": 5}])
def test_what_changes_a_chat_models_answer_is_another_run(change: dict[str, Any]) -> None:
    assert set(change) <= set(ANSWERING)
    other = Settings(library=Path("unused"), **change)
    assert run_name(made(other)) != run_name(made())


def test_without_the_reader_it_is_another_run() -> None:
    assert run_name(made(Settings(library=Path("unused"), reader=False))) != run_name(made())


def test_what_was_measured_is_no_part_of_what_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "rag"
    (package / "generate").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    monkeypatch.setattr(rag, "__file__", str(package / "__init__.py"))
    before = code_digest()
    (package / "generate" / "measured.json").write_text("{}")
    assert code_digest() == before
    (package / "generate" / "prices.json").write_text("{}")
    assert code_digest() != before


def test_the_committed_baseline_is_read_and_judged_as_before() -> None:
    run, scored = read_run(BASELINE), read_scores(BASELINE)
    assert (run.manifest.generator, run.manifest.prompts) == ("extractive", None)
    assert run.manifest.drafts is False
    assert len(run.answers) == run.manifest.questions == len(scored.rows)
    assert all(a.reply and a.reply.withheld == 0 for a in run.answers.values())
    policy = Policy(PRIMARY, resamples=500, draws=500)
    assert judge(scored, scored, policy).verdict is Verdict.NON_INFERIOR
