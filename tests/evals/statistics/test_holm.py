import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.statistics.holm import holm
from rag.errors import UsageError

P_VALUES = st.dictionaries(st.sampled_from("abcdefgh"), st.floats(0, 1), max_size=5)


def test_by_hand_in_order_of_the_p():
    adjusted = holm({"a": 0.04, "b": 0.01, "c": 0.03})
    assert list(adjusted) == ["b", "c", "a"]
    assert adjusted == pytest.approx({"b": 0.03, "c": 0.06, "a": 0.06})


def test_it_agrees_with_statsmodels():
    multitest = pytest.importorskip("statsmodels.stats.multitest", reason="cross-check only")
    p_values = {"a": 0.2, "b": 0.001, "c": 0.013, "d": 0.9, "e": 0.02}
    expected = multitest.multipletests(list(p_values.values()), method="holm")[1]
    assert [holm(p_values)[name] for name in p_values] == pytest.approx(list(expected), abs=1e-9)


@given(P_VALUES)
def test_it_never_lowers_a_p_nor_changes_their_order(p_values):
    adjusted = holm(p_values)
    assert all(p_values[name] <= p <= 1 for name, p in adjusted.items())
    assert list(adjusted.values()) == sorted(adjusted.values())
    assert adjusted == holm(dict(reversed(p_values.items())))


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_what_is_no_p_is_refused(p):
    with pytest.raises(UsageError, match="'a'"):
        holm({"a": p})
