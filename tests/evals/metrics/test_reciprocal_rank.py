import pytest

from evals.metrics.reciprocal_rank import reciprocal_rank

from .making import documented, ranked, spot, wanted

CASE = ranked([spot(0, 20, "b"), spot(0, 20)], [wanted(spot(0, 20))])


def test_the_example() -> None:
    assert reciprocal_rank()(CASE).value == documented(reciprocal_rank)


def test_beyond_the_cut_off_nothing_counts() -> None:
    assert reciprocal_rank(1)(CASE).value == 0
    assert reciprocal_rank(2)(CASE).value == 0.5


def test_any_group_will_do() -> None:
    groups = [wanted(spot(500, 510), name="g1"), wanted(spot(90, 95), name="g2")]
    passages = [spot(0, 20), spot(20, 40), spot(80, 99)]
    assert reciprocal_rank()(ranked(passages, groups)).value == pytest.approx(1 / 3)
