from evals.metrics.all_evidence import all_evidence

from .making import documented, ranked, spot, wanted

CASE = ranked(
    [spot(0, 20), spot(50, 60), spot(100, 120)],
    [wanted(spot(0, 20), name="g1"), wanted(spot(100, 120), name="g2")],
)


def test_the_example() -> None:
    assert all_evidence(3)(CASE).value == 1
    assert all_evidence(2)(CASE).value == documented(all_evidence)
    assert all_evidence(2).binary
