import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.latency import Latency, latency, latency_of, percentile
from evals.runs.store import TIMINGS


def test_percentiles_stage_by_stage_and_cold_apart() -> None:
    rows = [{"retrieve": 900.0, "total": 950.0}]
    rows += [{"retrieve": float(n), "total": 2.0 * n} for n in range(1, 101)]
    found = latency(rows, jobs=1)
    retrieve, total = found.stages
    assert (retrieve.stage, retrieve.p50, retrieve.p95, retrieve.max) == ("retrieve", 50, 95, 100)
    assert (total.stage, total.p50, total.count) == ("total", 100, 100)
    assert found.cold == ({"retrieve": 900.0, "total": 950.0},)


def test_questions_asked_together_start_cold_together() -> None:
    found = latency([{"total": 900.0}, {"total": 890.0}, {"total": 3.0}])
    assert found.cold == ({"total": 900.0}, {"total": 890.0})
    assert [stage.max for stage in found.stages] == [3.0]


def test_a_question_that_failed_has_no_timings() -> None:
    found = latency([{}, {"total": 9.0}, {}, {"total": 1.0}], jobs=1)
    assert found.cold == ({"total": 9.0},)
    assert [(s.stage, s.count, s.max) for s in found.stages] == [("total", 1, 1.0)]


def test_nothing_timed_and_nothing_warm() -> None:
    assert latency([{}, {}]) == Latency()
    assert latency([{"total": 9.0}]) == Latency((), ({"total": 9.0},))


def test_of_a_stored_run(tmp_path: Path) -> None:
    assert latency_of(tmp_path) == Latency()
    rows = [{"id": f"q-{n}", "total": float(n)} for n in (9, 8, 1, 3)]
    text = "".join(json.dumps(row) + "\n" for row in rows)
    (tmp_path / TIMINGS).write_text(text, encoding="utf-8")
    (stage,) = latency_of(tmp_path).stages
    assert (stage.p50, stage.max) == (1, 3)


@given(st.lists(st.floats(0, 1e6), min_size=1).map(sorted))
def test_a_percentile_was_measured_and_enough_lie_below(values: list[float]) -> None:
    for percent in (50, 95):
        found = percentile(values, percent)
        assert found in values
        assert sum(v <= found for v in values) >= percent / 100 * len(values)
        assert sum(v < found for v in values) < percent / 100 * len(values) or found == values[0]


@pytest.mark.parametrize(("percent", "expected"), [(50, 2), (95, 4), (100, 4)])
def test_nearest_rank(percent: int, expected: float) -> None:
    assert percentile([1, 2, 3, 4], percent) == expected
