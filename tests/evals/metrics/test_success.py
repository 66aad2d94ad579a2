from evals.metrics.success import success

from .making import documented, ranked, spot, wanted

CASE = ranked([spot(50, 60), spot(19, 40)], [wanted(spot(0, 20))])


def test_the_example() -> None:
    assert success(2)(CASE).value == 1
    assert success(1)(CASE).value == documented(success)
    assert success(1).binary


def test_to_end_where_the_span_begins_is_not_to_touch_it() -> None:
    assert success(1)(ranked([spot(20, 40)], [wanted(spot(0, 20))])).value == 0
