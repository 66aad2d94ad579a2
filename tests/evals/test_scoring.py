from pathlib import Path
from typing import Any

import pytest

from evals.case import Case
from evals.gold.question import GoldQuestion
from evals.metrics.metric import Metric, Score, flag
from evals.metrics.registry import all_metrics
from evals.runs.manifest import Manifest
from evals.runs.store import Answered, Found, Run
from evals.scored import in_json
from evals.scoring import cases_of, score_run, scored_run
from evals.summary import summarise
from rag.errors import UsageError
from rag.support import SupportModel

from .gold.making import PARAGRAPHS, article, question, record
from .metrics.making import citation, reply

RIGHT = (PARAGRAPHS[1], [2])
CITED = citation(2, PARAGRAPHS[1], of=article(*PARAGRAPHS))
METRICS = all_metrics(SupportModel())


def gold(*ids: str, **changes: Any) -> list[GoldQuestion]:
    return [GoldQuestion.model_validate(question(id=i, family=i, **changes)) for i in ids]


def answered(id_: str) -> Answered:
    found = (Found(article="strike", start=54, end=110),)
    return Answered(id=id_, reply=reply(RIGHT, citations=[CITED]), retrieved=found)


def run(*answers: Answered) -> Run:
    manifest = Manifest(
        dateline="0", gold="g", questions=1, split="dev", corpus="c", articles=1,
        embedding="e", generator="extractive", settings={},
    )  # fmt: skip
    return Run(Path(), manifest, {one.id: one for one in answers})


def yes(name: str = "yes", *, binary: bool = False) -> Metric:
    return Metric(name, lambda case: flag(True), binary=binary)


def test_every_metric_of_every_question_in_their_order() -> None:
    rows = score_run(run(answered("b"), answered("a")), gold("a", "b"), record(), METRICS)
    assert list(rows) == ["a", "b"]
    assert list(rows["a"]) == [metric.name for metric in METRICS]
    assert not [name for name, score in rows["a"].items() if score.status == "error"]


def test_evidence_is_resolved_and_retrieval_is_scored() -> None:
    rows = score_run(run(answered("a")), gold("a"), record(), METRICS)
    for name in ("evidence_recall@5", "idk_score", "abstention_right", "faithfulness"):
        assert rows["a"][name].value == 1, name


@pytest.mark.parametrize(
    ("answers", "note"),
    [
        ([Answered(id="b", reply=None, error="TimeoutError: 30 s")], "TimeoutError: 30 s"),
        ([], "the run holds no answer to it"),
        ([Answered(id="b", reply=None)], "the run holds no reply to it"),
    ],
)
def test_failed_rows_leave_no_mean_in_silence(answers: list[Answered], note: str) -> None:
    scored = scored_run(run(answered("a"), *answers), gold("a", "b"), record(), METRICS)
    for name, score in scored.rows["b"].items():
        assert (score.status, score.value, score.note) == ("error", None, note), name
    summary = summarise(scored, resamples=10)["idk_score"]
    assert (summary.ok, summary.error, summary.coverage) == (1, 1, 0.5)


def test_a_scorer_that_fails_is_not_a_bad_answer() -> None:
    def broken(case: Case) -> Score:
        raise RuntimeError("no weights")

    rows = score_run(run(answered("a")), gold("a"), record(), [Metric("broken", broken), yes()])
    assert rows["a"]["broken"].status == "error"
    assert rows["a"]["broken"].note == "RuntimeError: no weights"
    assert rows["a"]["yes"].value == 1


@pytest.mark.parametrize(
    "score", [Score(float("nan"), 1, 1), Score(None), Score(0.5, 1, 2), Score(1.0, status="na")]
)
def test_a_score_that_cannot_be_is_an_error(score: Score) -> None:
    metric = Metric("odd", lambda case: score, binary=True)
    scored = scored_run(run(answered("a")), gold("a"), record(), [metric])
    assert scored.rows["a"]["odd"].status == "error"


def test_the_same_data_has_the_same_scores() -> None:
    questions = gold("a", "b")
    one = scored_run(run(answered("a"), answered("b")), questions, record(), METRICS)
    other = scored_run(run(answered("b"), answered("a")), questions[::-1], record(), METRICS)
    assert in_json(one) == in_json(other)


def test_what_a_comparison_must_know() -> None:
    questions = [*gold("a", must_pass=True), *gold("b")]
    scored = scored_run(run(answered("a")), questions, record(), [yes(binary=True)])
    assert scored.must_pass == {"a"}
    assert scored.families == {"a": "a", "b": "b"}
    assert scored.types == {"a": "factoid", "b": "factoid"}
    assert scored.scorers["yes"].scorer_id == "yes/1"
    assert scored.scorers["yes"].binary


def test_progress_counts_the_questions() -> None:
    seen = []
    score_run(
        run(answered("a")), gold("a", "b"), record(), [yes()],
        progress=lambda done, of: seen.append((done, of)),
    )  # fmt: skip
    assert seen == [(1, 2), (2, 2)]


def test_an_answer_to_an_unknown_question_is_refused() -> None:
    with pytest.raises(UsageError, match="answers 'b', which is not among the gold questions"):
        score_run(run(answered("b")), gold("a"), record(), [yes()])


def test_two_metrics_of_one_name_are_refused() -> None:
    with pytest.raises(UsageError, match="Two metrics are named 'yes'"):
        score_run(run(answered("a")), gold("a"), record(), [yes(), yes()])


def test_cases_are_those_with_a_reply() -> None:
    failed = Answered(id="b", reply=None, error="x")
    (case,) = cases_of(run(answered("a"), failed), gold("a", "b", "c"), record())
    assert case.question.id == "a"
    assert case.groups[0].places
    assert case.retrieved
