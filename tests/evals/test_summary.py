import dataclasses

import pytest

from evals.summary import by_type, summarise

from .scoring import scored


def test_an_error_neither_counts_as_zero_nor_leaves_unseen():
    one = summarise(scored({"recall": [1.0, 0.5, "na", "error"]}))["recall"]
    assert (one.ok, one.na, one.error) == (2, 1, 1)
    assert one.mean == 0.75
    assert one.coverage == pytest.approx(2 / 3)


def test_a_metric_that_is_nowhere_defined():
    found = summarise(scored({"na": ["na", "na"], "failed": ["error", "error"]}))
    assert found["na"].mean is found["na"].coverage is found["na"].interval is None
    assert found["failed"].coverage == 0.0
    assert found["failed"].mean is None


def test_families_widen_the_interval():
    values = [1.0] * 20 + [0.0] * 20
    pairs = [value for value in values for _ in range(5)]
    apart = scored({"hit": pairs}, binary=("hit",))
    names = {id_: f"f-{number // 5}" for number, id_ in enumerate(apart.rows)}
    grouped = dataclasses.replace(apart, families=names)
    narrow, wide = (summarise(run)["hit"].interval for run in (apart, grouped))
    assert wide[1] - wide[0] > 1.8 * (narrow[1] - narrow[0])


def test_it_repeats_and_the_order_of_the_questions_does_not_matter():
    run = scored({"recall": [n * n / 900 for n in range(30)]}, families=20)
    turned = dataclasses.replace(run, rows=dict(reversed(run.rows.items())))
    assert summarise(run) == summarise(turned)
    assert summarise(run, seed=1) != summarise(run, seed=2)


def test_by_type_parts_the_questions():
    found = by_type(scored({"hit": [1.0, 0.0, 1.0, 0.0, 1.0]}))
    assert list(found) == ["factoid", "temporal"]
    assert (found["factoid"]["hit"].mean, found["factoid"]["hit"].ok) == (1.0, 3)
    assert (found["temporal"]["hit"].mean, found["temporal"]["hit"].ok) == (0.0, 2)


def test_only_the_questions_asked_for():
    run = scored({"hit": [1.0, 0.0, 1.0]})
    assert summarise(run, questions=["q-001", "q-unknown"])["hit"].mean == 0.0
