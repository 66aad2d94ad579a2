import numpy as np
import pytest

from evals.statistics.clusters import by_family, clustered_sd


def test_sums_and_counts_in_order_of_appearance():
    sums, counts = by_family([1.0, 2.0, 4.0], ["b", "a", "b"])
    assert sums.tolist() == [5.0, 2.0]
    assert counts.tolist() == [2.0, 1.0]


def test_without_families_it_is_the_ordinary_deviation():
    values = np.random.default_rng(2).normal(size=30)
    assert clustered_sd(values) == pytest.approx(values.std(ddof=1), abs=1e-12)


def test_it_agrees_with_the_clustered_error_of_statsmodels():
    api = pytest.importorskip("statsmodels.api", reason="cross-check only")
    generator = np.random.default_rng(5)
    names = generator.integers(0, 17, size=60)
    values = generator.normal(size=60) + generator.normal(size=17)[names]
    fitted = api.OLS(values, np.ones(60)).fit(cov_type="cluster", cov_kwds={"groups": names})
    assert clustered_sd(values, list(names)) / np.sqrt(60) == pytest.approx(fitted.bse[0], abs=1e-9)


def test_one_family_has_no_spread():
    assert clustered_sd([0.0, 1.0], ["a", "a"]) == clustered_sd([]) == 0.0
