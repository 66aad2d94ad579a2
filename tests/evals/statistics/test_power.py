from math import ceil, comb

import pytest

from evals.statistics.mcnemar import mcnemar
from evals.statistics.power import (
    chance_to_see,
    detectable_drop,
    detectable_mean,
    pairs_to_exclude,
)

TABLE = {50: 0.17, 100: 0.095, 150: 0.07, 200: 0.06, 300: 0.045, 500: 0.035}


@pytest.mark.parametrize(("n", "drop"), TABLE.items())
def test_the_published_table_to_the_next_half_per_cent(n, drop):
    found = detectable_drop(n)
    assert ceil(found * 200) / 200 == pytest.approx(drop)
    assert chance_to_see(n, found) == pytest.approx(0.8, abs=1e-4)


@pytest.mark.parametrize(("drop", "gains"), [(0.1, 0.02), (0.3, 0.1), (0.0, 0.05)])
def test_the_chance_is_that_of_all_outcomes(drop, gains):
    n, losses = 24, drop + gains
    by_hand = sum(
        comb(n, b) * comb(n - b, c) * losses**b * gains**c * (1 - losses - gains) ** (n - b - c)
        for b in range(n + 1)
        for c in range(n + 1 - b)
        if mcnemar(b, c) <= 0.05
    )
    assert chance_to_see(n, drop, gains=gains) == pytest.approx(by_hand, abs=1e-9)


def test_more_questions_and_fewer_gains_see_more():
    assert detectable_drop(400) < detectable_drop(200)
    assert detectable_drop(200, gains=0.01) < detectable_drop(200, gains=0.05)
    assert detectable_drop(200, power=0.5) < detectable_drop(200) < detectable_drop(200, alpha=0.01)


def test_without_a_change_nothing_is_seen():
    assert chance_to_see(100, 0.0, gains=0.0) == 0.0
    assert chance_to_see(100, 0.0) < 0.05


@pytest.mark.parametrize("n", [0, 1, 4])
def test_too_few_questions_see_nothing(n):
    assert detectable_drop(n) is None


def test_a_graded_drop_has_the_power_asked_for():
    stats = pytest.importorskip("statsmodels.stats.power", reason="cross-check only")
    effect = detectable_mean(0.3, 120)
    power = stats.normal_power(effect / 0.3, 120, 0.05, alternative="larger")
    assert power == pytest.approx(0.8, abs=1e-9)


def test_a_graded_drop_by_hand():
    assert detectable_mean(0.2, 100) == pytest.approx((1.6448536 + 0.8416212) * 0.02, abs=1e-7)
    assert detectable_mean(0.0, 100) is None
    assert detectable_mean(0.2, 1) is None


def test_the_rule_of_three():
    assert pairs_to_exclude(0.05) == 59
    assert pairs_to_exclude(0.5) == 5
