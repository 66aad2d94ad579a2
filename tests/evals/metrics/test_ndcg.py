from math import log2

import pytest

from evals.metrics.ndcg import ndcg

from .making import documented, ranked, spot, wanted

ONE, TWO = wanted(spot(0, 20), name="g1"), wanted(spot(100, 120), name="g2")


def test_the_example() -> None:
    passages = [spot(500, 520), spot(600, 620), spot(0, 20), spot(0, 20)]
    assert ndcg(4)(ranked(passages, [ONE])).value == pytest.approx(documented(ndcg))


def test_a_passage_that_covers_two_groups_gains_one() -> None:
    found = ndcg(5)(ranked([spot(0, 120)], [ONE, TWO]))
    assert found.value == pytest.approx(1 / (1 + 1 / log2(3)))


def test_the_ideal_has_as_many_ones_as_the_cut_off_allows() -> None:
    assert ndcg(1)(ranked([spot(0, 20)], [ONE, TWO])).value == 1
    assert ndcg(5)(ranked([spot(0, 20), spot(100, 120)], [ONE, TWO])).value == 1


def test_the_passage_that_completes_a_span_has_the_gain() -> None:
    halves = [spot(0, 8), spot(8, 16)]
    assert ndcg(5)(ranked(halves, [ONE])).value == pytest.approx(1 / log2(3))
