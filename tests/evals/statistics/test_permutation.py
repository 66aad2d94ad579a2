import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import permutation_test

from evals.statistics.mcnemar import mcnemar
from evals.statistics.permutation import sign_flip

VALUES = st.lists(st.sampled_from([-1.0, -0.5, -0.25, 0.0, 0.1, 0.3, 1.0]), max_size=9)


def by_hand(sums):
    """The share of all signings whose sum is at least the one observed."""
    signings = itertools.product((1, -1), repeat=len(sums))
    reached = [sum(s * v for s, v in zip(signs, sums, strict=True)) for signs in signings]
    return np.mean([value >= sum(sums) - 1e-9 for value in reached])


def test_it_agrees_with_scipy_where_all_signs_are_tried():
    values = np.random.default_rng(1).normal(0.3, 1, size=11)
    expected = permutation_test(
        (values,), np.mean, permutation_type="samples", alternative="greater", n_resamples=np.inf
    ).pvalue
    assert sign_flip(values) == pytest.approx(expected, abs=1e-9)


@given(VALUES, st.integers(1, 4))
def test_it_is_the_share_of_signings_of_families(values, families):
    names = [number % families for number in range(len(values))]
    sums = [
        sum(v for v, name in zip(values, names, strict=True) if name == family)
        for family in range(families)
    ]
    assert sign_flip(values, names) == pytest.approx(by_hand(sums), abs=1e-9)


@given(st.integers(0, 40), st.integers(0, 40))
def test_single_binary_questions_give_mcnemar(losses, gains):
    values = [1.0] * losses + [-1.0] * gains + [0.0] * 7
    assert sign_flip(values) == pytest.approx(mcnemar(losses, gains), abs=1e-9)


def test_whole_differences_of_families_are_exact_however_many():
    values = [1, 1, -1, 1, 0, 1, 1, -1, -1, 1] * 2
    names = [number // 2 for number in range(20)]
    sums = [values[2 * n] + values[2 * n + 1] for n in range(10)]
    assert sign_flip(values, names) == pytest.approx(by_hand(sums), abs=1e-12)


def test_drawn_is_near_exact_and_the_same_for_a_seed():
    values = np.random.default_rng(3).normal(0.25, 1, size=18)
    exact = by_hand(values)
    drawn = sign_flip(values, draws=20_000, seed=4)
    assert drawn == pytest.approx(exact, abs=0.01)
    assert drawn == sign_flip(values, draws=20_000, seed=4)
    assert drawn != sign_flip(values, draws=20_000, seed=5)


def test_drawn_is_never_zero():
    assert sign_flip([0.3 + 0.01 * n for n in range(40)], draws=99) == 1 / 100


def test_drawing_in_parts_counts_every_draw(monkeypatch):
    monkeypatch.setattr("evals.statistics.permutation._AT_ONCE", 170)
    assert sign_flip([0.3 + 0.01 * n for n in range(40)], draws=99) == 1 / 100


@given(VALUES.filter(any), st.integers(0, 3))
def test_neither_scale_nor_unchanged_questions_matter(values, more):
    p = sign_flip(values)
    assert sign_flip([4 * v for v in values] + [0.0] * more) == pytest.approx(p, abs=1e-9)
    assert 0 < p <= 1


@given(VALUES)
def test_the_two_directions_overlap(values):
    assert sign_flip(values) + sign_flip([-v for v in values]) >= 1 - 1e-9


def test_a_family_that_changed_together_counts_once():
    apart = sign_flip([1.0] * 10)
    together = sign_flip([1.0] * 10, ["a"] * 5 + ["b"] * 5)
    assert apart == 1 / 1024
    assert together == 1 / 4


def test_nothing_changed():
    assert sign_flip([]) == sign_flip([0.0, 0.0]) == 1.0
    assert sign_flip([0.5, -0.5], ["a", "a"]) == 1.0
