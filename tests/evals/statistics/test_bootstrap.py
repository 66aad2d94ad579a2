import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import bootstrap

from evals.statistics.bootstrap import interval
from rag.errors import UsageError

VALUES = st.lists(st.floats(-1, 1), min_size=1, max_size=20)


def test_it_agrees_with_scipy():
    values = np.random.default_rng(1).normal(0.1, 0.4, size=120)
    expected = bootstrap(
        (values,), np.mean, method="percentile", rng=np.random.default_rng(8)
    ).confidence_interval
    error = values.std() / np.sqrt(len(values))
    assert interval(values, seed=2) == pytest.approx(tuple(expected), abs=error / 10)


def test_two_values_by_hand():
    """Of four equally likely samples of (0, 1), one has the mean 0 and one the mean 1."""
    assert interval([0.0, 1.0], coverage=0.6) == (0.0, 1.0)
    assert interval([0.0, 1.0], coverage=0.4) == (0.5, 0.5)


def test_families_are_drawn_whole():
    values = [0.0] * 10 + [1.0] * 10
    names = ["a"] * 10 + ["b"] * 10
    assert interval(values, names) == (0.0, 1.0)
    low, high = interval(values)
    assert 0.2 < low < high < 0.8


def test_a_large_family_weighs_by_its_questions():
    low, high = interval([0.0, 0.0, 0.0, 1.0], ["a", "a", "a", "b"], coverage=0.4)
    assert (low, high) == (0.25, 0.25)


@settings(max_examples=40, deadline=None)
@given(VALUES, st.integers(1, 5))
def test_it_lies_within_the_values_and_repeats(values, families):
    names = [number % families for number in range(len(values))]
    low, high = interval(values, names, resamples=200, seed=3)
    assert min(values) - 1e-9 <= low <= high <= max(values) + 1e-9
    assert (low, high) == interval(values, names, resamples=200, seed=3)


@settings(max_examples=40, deadline=None)
@given(VALUES, st.floats(-2, 2))
def test_it_moves_with_the_values(values, by):
    low, high = interval(values, resamples=200)
    moved = interval([value + by for value in values], resamples=200)
    assert moved == pytest.approx((low + by, high + by), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(VALUES)
def test_a_wider_coverage_holds_a_narrower(values):
    wide, narrow = (interval(values, resamples=200, coverage=c) for c in (0.95, 0.5))
    assert wide[0] <= narrow[0] <= narrow[1] <= wide[1]


def test_drawing_in_parts_makes_every_resample(monkeypatch):
    monkeypatch.setattr("evals.statistics.bootstrap._AT_ONCE", 7)
    assert interval([0.4] * 3, resamples=100) == pytest.approx((0.4, 0.4))


def test_no_value_and_no_number_are_refused():
    with pytest.raises(UsageError, match="at least one"):
        interval([])
    with pytest.raises(UsageError, match="finite"):
        interval([float("nan")])
    with pytest.raises(UsageError, match="2 values were given with 1"):
        interval([1.0, 2.0], ["a"])
