import pytest

from evals.abstention import abstention, confidences
from evals.case import Case
from evals.metrics.metric import Metric
from evals.metrics.nugget_recall import nugget_recall
from evals.statistics.auc import aurc, risk_coverage

from .metrics.asked import FALSE_PREMISE, REFUSAL, UNANSWERABLE, asked, declined, nugget

GOLD = {"nuggets": [nugget(["seven"]), nugget(["Damascus"], id_="n2")]}
BOTH, HALF = ("Seven, in Damascus.", [1]), ("Seven.", [1])


def run() -> list[Case]:
    """Two of three refusals are right, and two of four that are due are made."""
    return [
        asked(GOLD, BOTH, confidence=0.9),
        asked(GOLD, HALF, confidence=0.8),
        declined(GOLD, confidence=0.95),
        declined(UNANSWERABLE),
        declined(FALSE_PREMISE | GOLD),
        asked(UNANSWERABLE, BOTH, confidence=0.4),
        asked(FALSE_PREMISE | GOLD, HALF, confidence=0.3),
        asked(FALSE_PREMISE | GOLD, BOTH, confidence=0.7),
    ]


def test_precision_recall_and_f1() -> None:
    found = abstention(run(), nugget_recall())
    assert found.precision.value == pytest.approx(2 / 3)
    assert found.recall.value == pytest.approx(2 / 4)
    assert found.f1.value == pytest.approx(4 / 7)


def test_the_score_conditioned_on_idk() -> None:
    found = abstention(run(), nugget_recall())
    assert found.idk.value == pytest.approx((1 + 0.5 + 0 + 1 + 1 + 0 + 0.5 + 1) / 8)
    assert found.coverage == 1


def test_a_corrected_false_premise_needed_no_refusal() -> None:
    found = abstention([asked(FALSE_PREMISE | GOLD, BOTH)], nugget_recall())
    assert found.recall.status == "na"
    assert found.idk.value == 1


def test_always_declining_does_not_win() -> None:
    always = [declined(case.question.model_dump(by_alias=True)) for case in run()]
    assert abstention(always, nugget_recall()).idk.value == pytest.approx(5 / 8)
    assert abstention(always, nugget_recall()).recall.value == 1


def test_nothing_declined_and_nothing_to_decline_are_undefined() -> None:
    found = abstention([asked(GOLD, BOTH)], nugget_recall())
    assert {found.precision.status, found.recall.status, found.f1.status} == {"na"}
    nothing = abstention([], nugget_recall())
    assert nothing.idk.status == "na"
    assert nothing.coverage is None


def test_failed_rows_are_counted_and_not_scored() -> None:
    def broken(case: Case) -> None:
        raise RuntimeError("no weights")

    found = abstention(run(), Metric("broken", broken), unanswered=2)
    assert found.unanswered == 2
    assert found.errors == 4  # what was answered and could have been answered
    assert found.coverage == pytest.approx(4 / 10)


def test_confidences_make_a_risk_coverage_curve() -> None:
    found = confidences(run(), nugget_recall())
    assert found.confidence == (0.9, 0.8, 0.0, 0.0, 0.0, 0.4, 0.3, 0.7)
    assert found.correct == (1.0, 0.5, 0.0, 0.0, 0.0, 0.0, 0.5, 1.0)
    curve = risk_coverage(found.confidence, found.correct)
    assert curve[0].risk == 0
    assert curve[-2].coverage == pytest.approx(5 / 8)  # all that was answered
    assert 0 < aurc(found.confidence, found.correct) < 1


def test_a_sure_refusal_does_not_touch_the_risk_of_what_was_answered() -> None:
    with_it = confidences(
        [asked(GOLD, BOTH, confidence=0.5), declined(GOLD, **REFUSAL, confidence=1.0)],
        nugget_recall(),
    )
    assert risk_coverage(with_it.confidence, with_it.correct)[0].risk == 0
