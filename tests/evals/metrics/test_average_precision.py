import pytest

from evals.metrics.average_precision import average_precision

from .making import documented, ranked, spot, wanted

FOUR = [wanted(spot(100 * i, 100 * i + 20), name=f"g{i}") for i in range(4)]


def test_the_example_one_of_four_found_at_rank_one_is_a_quarter() -> None:
    found = average_precision(10)(ranked([spot(0, 20), spot(900, 950)], FOUR))
    assert found.value == documented(average_precision)


def test_the_divisor_is_not_capped_at_the_cut_off() -> None:
    assert average_precision(1)(ranked([spot(0, 20)], FOUR)).value == 0.25


def test_the_same_evidence_again_is_not_relevant_again() -> None:
    again = [spot(0, 20), spot(0, 20), spot(100, 120)]
    assert average_precision(3)(ranked(again, FOUR[:2])).value == pytest.approx((1 + 2 / 3) / 2)


def test_two_groups_in_one_passage_are_perfect() -> None:
    assert average_precision(3)(ranked([spot(0, 150)], FOUR[:2])).value == 1
