import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from evals.statistics.mcnemar import mcnemar
from rag.errors import UsageError

COUNTS = [(0, 0), (1, 0), (0, 5), (5, 0), (7, 7), (9, 3), (3, 9), (40, 12), (300, 260), (900, 1)]


@pytest.mark.parametrize(("losses", "gains"), COUNTS)
def test_it_is_the_binomial_test_of_the_changed(losses, gains):
    changed = losses + gains
    one = binomtest(losses, changed, alternative="greater").pvalue if changed else 1.0
    two = binomtest(losses, changed).pvalue if changed else 1.0
    assert mcnemar(losses, gains) == pytest.approx(one, abs=1e-9)
    assert mcnemar(losses, gains, sides="two") == pytest.approx(two, abs=1e-9)


@pytest.mark.parametrize(("losses", "gains"), COUNTS[1:])
def test_two_sides_agree_with_statsmodels(losses, gains):
    tables = pytest.importorskip("statsmodels.stats.contingency_tables", reason="cross-check only")
    expected = tables.mcnemar([[50, losses], [gains, 50]], exact=True).pvalue
    assert mcnemar(losses, gains, sides="two") == pytest.approx(expected, abs=1e-9)


@given(st.integers(0, 60), st.integers(0, 60))
def test_one_more_loss_never_makes_it_less_certain(losses, gains):
    assert mcnemar(losses + 1, gains) <= mcnemar(losses, gains) <= mcnemar(losses, gains + 1)


def test_by_hand():
    assert mcnemar(5, 0) == 1 / 32
    assert mcnemar(5, 0, sides="two") == 1 / 16
    assert mcnemar(0, 5) == 1.0


def test_a_negative_count_is_refused():
    with pytest.raises(UsageError, match="-1"):
        mcnemar(-1, 2)
