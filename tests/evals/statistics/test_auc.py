import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.statistics.auc import (
    Point,
    aurc,
    calibration_error,
    coverage_at_risk,
    risk_coverage,
)
from rag.errors import UsageError

ANSWERS = st.lists(
    st.tuples(st.sampled_from([0.1, 0.4, 0.4, 0.9]), st.sampled_from([0.0, 0.5, 1.0])),
    min_size=1,
    max_size=6,
)


def mean_risk(correct):
    """The mean over prefixes of the share wrong, of answers in this order."""
    return sum(sum(1 - c for c in correct[:k]) / k for k in range(1, len(correct) + 1)) / len(
        correct
    )


def test_by_hand():
    confidences, correct = [0.9, 0.8, 0.7, 0.6], [1, 0, 1, 1]
    assert risk_coverage(confidences, correct) == (
        Point(0.9, 0.25, 0.0),
        Point(0.8, 0.5, 0.5),
        Point(0.7, 0.75, pytest.approx(1 / 3)),
        Point(0.6, 1.0, 0.25),
    )
    assert aurc(confidences, correct) == pytest.approx((0 + 1 / 2 + 1 / 3 + 1 / 4) / 4)
    assert coverage_at_risk(confidences, correct) == 0.25
    assert coverage_at_risk(confidences, correct, risk=0.25) == 1.0


@given(ANSWERS)
def test_a_tie_is_the_mean_over_its_orders(answers):
    orders = [
        [correct for _, correct in order]
        for order in itertools.permutations(answers)
        if all(a[0] >= b[0] for a, b in itertools.pairwise(order))
    ]
    expected = sum(mean_risk(order) for order in orders) / len(orders)
    assert aurc(*zip(*answers, strict=True)) == pytest.approx(expected, abs=1e-9)


@given(ANSWERS, st.randoms())
def test_the_order_of_the_questions_does_not_matter(answers, random):
    shuffled = list(answers)
    random.shuffle(shuffled)
    one, other = zip(*answers, strict=True), zip(*shuffled, strict=True)
    (a, b), (c, d) = one, other
    assert aurc(a, b) == pytest.approx(aurc(c, d), abs=1e-12)
    assert [p.coverage for p in risk_coverage(a, b)] == [p.coverage for p in risk_coverage(c, d)]


def test_perfect_and_hopeless():
    assert aurc([0.2, 0.9], [1, 1]) == 0.0
    assert aurc([0.2, 0.9], [0, 0]) == 1.0
    assert coverage_at_risk([0.2, 0.9], [0, 0]) == 0.0


def test_no_threshold_parts_a_tie():
    assert len(risk_coverage([0.5, 0.5], [1, 0])) == 1
    assert coverage_at_risk([0.5, 0.5], [1, 0]) == 0.0


def test_calibration_by_hand():
    assert calibration_error([0.9, 0.9, 0.1, 1.0], [1, 1, 0, 1]) == pytest.approx(0.3 / 4)
    assert calibration_error([1.0, 1.0], [1, 1]) == 0.0


@pytest.mark.parametrize(
    ("confidences", "correct"), [([], []), ([0.5], []), ([1.5], [1]), ([0.5], [float("nan")])]
)
def test_what_is_no_curve_is_refused(confidences, correct):
    for measure in (risk_coverage, aurc, coverage_at_risk, calibration_error):
        with pytest.raises(UsageError):
            measure(confidences, correct)
