"""Rankings joined by rank, and what a neighbour adds."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.fusion import reciprocal_rank_fusion, with_neighbours

RANKINGS = st.lists(st.lists(st.integers(0, 20), unique=True, max_size=8), max_size=4)


def test_the_example_worked_by_hand() -> None:
    scores = reciprocal_rank_fusion([[1, 2, 3], [3, 1]], k=60)
    assert scores == {
        1: pytest.approx(1 / 61 + 1 / 62),
        2: pytest.approx(1 / 62),
        3: pytest.approx(1 / 63 + 1 / 61),
    }
    assert sorted(scores, key=lambda n: -scores[n]) == [1, 3, 2]


def test_weights_count() -> None:
    scores = reciprocal_rank_fusion([[1], [2]], k=1, weights=[1.0, 3.0])
    assert scores == {1: pytest.approx(0.5), 2: pytest.approx(1.5)}
    with pytest.raises(ValueError, match="zip"):
        reciprocal_rank_fusion([[1], [2]], k=1, weights=[1.0])


@given(RANKINGS, st.integers(1, 100))
def test_every_item_once_and_first_everywhere_is_first(rankings: list[list[int]], k: int) -> None:
    scores = reciprocal_rank_fusion(rankings, k=k)
    assert set(scores) == {item for ranking in rankings for item in ranking}
    best = reciprocal_rank_fusion([[99, *ranking] for ranking in rankings], k=k)
    assert not best or max(best, key=lambda item: best[item]) == 99
    for ranking in rankings[:1]:
        if len(rankings) == 1:
            assert sorted(ranking, key=lambda n: -scores[n]) == ranking


def test_a_passage_gains_from_its_better_neighbour_in_the_same_version() -> None:
    scores = {1: 1.0, 2: 0.5, 3: 0.2, 4: 0.4}
    places = {1: (7, 0), 2: (7, 1), 3: (7, 2), 4: (8, 1)}
    assert with_neighbours(scores, places, weight=0.1) == {
        1: pytest.approx(1.05),
        2: pytest.approx(0.6),
        3: pytest.approx(0.25),
        4: pytest.approx(0.4),
    }
    assert with_neighbours(scores, places, weight=0) == scores
