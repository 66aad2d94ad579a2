import dataclasses
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics.metric import Metric, Score, flag
from evals.scored import Scorer, checked, in_json, read_scores, scorer_of, write_scores
from rag.errors import UsageError

from .scoring import scored

COLUMNS = {"hit": [1.0, 0.0, "na", "error"], "recall": [1 / 3, 0.5, 0.25, "error"]}


@pytest.fixture
def run():
    return scored(COLUMNS, binary=("hit",), families=3, must_pass=(1,))


def test_what_is_written_is_read_back(run, tmp_path):
    write_scores(tmp_path / "scores.json", run)
    for path in (tmp_path, tmp_path / "scores.json"):
        back = read_scores(path)
        assert back.manifest == run.manifest
        assert (back.families, back.types, back.must_pass) == (
            run.families,
            run.types,
            run.must_pass,
        )
        assert back.scorers == run.scorers
        assert back.rows["q-003"]["hit"] == run.rows["q-003"]["hit"]
        assert back.rows["q-000"]["recall"].value == 0.333333333333
        assert in_json(back) == in_json(run)


def test_the_same_run_is_the_same_bytes(run):
    turned = dataclasses.replace(
        run,
        rows={id_: dict(reversed(row.items())) for id_, row in reversed(run.rows.items())},
        scorers=dict(reversed(run.scorers.items())),
        families=dict(reversed(run.families.items())),
    )
    assert in_json(turned) == in_json(run)
    stored = json.loads(in_json(run))
    assert stored == json.loads(json.dumps(stored, sort_keys=True))
    assert list(stored) == sorted(stored)
    assert stored["questions"]["q-001"]["must_pass"] is True
    assert stored["questions"]["q-003"]["scores"]["hit"]["note"] == "ValueError: no"


def test_a_question_is_a_line(run):
    lines = [line for line in in_json(run).splitlines() if line.startswith('  "q-')]
    assert len(lines) == 4


@given(st.lists(st.floats(0, 1), min_size=1, max_size=5))
def test_figures_differ_by_less_than_the_twelfth_decimal(values):
    run = scored({"recall": values})
    stored = json.loads(in_json(run))["questions"]
    for id_, row in run.rows.items():
        assert stored[id_]["scores"]["recall"]["value"] == pytest.approx(
            row["recall"].value, abs=1e-12
        )


def test_rounding_hides_what_differs_between_machines():
    assert in_json(scored({"m": [0.1 + 0.2]})) == in_json(scored({"m": [0.3]}))
    assert in_json(scored({"m": [-0.0]})) == in_json(scored({"m": [0.0]}))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"families": {}}, "do not name the same ids"),
        ({"must_pass": frozenset({"q-9"})}, "do not name the same ids"),
        ({"scorers": {}}, "'q-000' is not scored by the run's metrics: hit, recall"),
    ],
)
def test_parts_that_do_not_fit_are_refused(run, change, said):
    with pytest.raises(UsageError, match=said):
        dataclasses.replace(run, **change)


@pytest.mark.parametrize(
    "score",
    [
        Score(float("nan")),
        Score(float("inf")),
        Score(None),
        Score(0.5),
        Score(1.0, status="error"),
        Score(1.0, 1.0, float("nan")),
    ],
)
def test_a_score_that_is_none_is_an_error_and_no_zero(score):
    scorer = Scorer(scorer_id="hit/1", direction="up", binary=True)
    assert checked(score, scorer).status == "error"
    assert checked(score, scorer).note
    run = scored({"hit": [1.0]}, binary=("hit",))
    with pytest.raises(UsageError, match="'q-000', metric 'hit'"):
        dataclasses.replace(run, rows={"q-000": {"hit": score}})


def test_a_sound_score_stays():
    metric = Metric("hit", lambda _: flag(True), version=3, binary=True)
    scorer = scorer_of(metric)
    assert scorer == Scorer(scorer_id="hit/3", direction="up", binary=True)
    assert checked(flag(True), scorer) == flag(True)


def test_no_scores_and_damaged_scores_are_told(tmp_path):
    with pytest.raises(UsageError, match="There are no scores at"):
        read_scores(tmp_path)
    (tmp_path / "scores.json").write_text('{"questions": 3}')
    with pytest.raises(UsageError, match="is not a scored run"):
        read_scores(tmp_path)
    (tmp_path / "scores.json").write_bytes(b"\xff")
    with pytest.raises(UsageError, match="is not a scored run"):
        read_scores(tmp_path)
