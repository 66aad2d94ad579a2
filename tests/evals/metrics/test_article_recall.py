from evals.metrics.article_recall import article_recall

from .making import documented, ranked, spot, wanted

GROUPS = [
    wanted(spot(0, 20), name="g1"),
    wanted(spot(0, 20, "b"), spot(0, 20, "c"), name="g2"),
]


def test_the_example() -> None:
    found = article_recall(5)(ranked([spot(900, 950, "c"), spot(0, 9, "d")], GROUPS))
    assert found.value == documented(article_recall)


def test_the_cut_off_counts_passages() -> None:
    passages = [spot(0, 9), spot(9, 20), spot(0, 9, "b")]
    assert article_recall(2)(ranked(passages, GROUPS)).value == 0.5
    assert article_recall(3)(ranked(passages, GROUPS)).value == 1
