"""Join rankings that do not share a scale."""

from collections.abc import Mapping, Sequence


def reciprocal_rank_fusion(
    rankings: Sequence[Sequence[int]], *, k: int, weights: Sequence[float] | None = None
) -> dict[int, float]:
    """Return for each item the sum over the rankings of weight / (k + rank), rank from 1.

    Cormack, Clarke and Büttcher, SIGIR 2009. An item missing from a ranking gets nothing there.
    """
    scores: dict[int, float] = {}
    for ranking, weight in zip(rankings, weights or [1.0] * len(rankings), strict=True):
        for rank, item in enumerate(ranking, start=1):
            scores[item] = scores.get(item, 0.0) + weight / (k + rank)
    return scores


def with_neighbours(
    scores: Mapping[int, float],
    places: Mapping[int, tuple[int, int]],
    *,
    weight: float,
) -> dict[int, float]:
    """Add to each passage a share of its better neighbour's score.

    `places` maps a passage to (version, ordinal); a neighbour that is no candidate has no score.
    """
    by_place = {places[item]: score for item, score in scores.items()}
    return {
        item: score
        + weight
        * max(
            by_place.get((places[item][0], places[item][1] - 1), 0.0),
            by_place.get((places[item][0], places[item][1] + 1), 0.0),
        )
        for item, score in scores.items()
    }
