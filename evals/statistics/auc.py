"""How well confidence tells right answers from wrong ones: risk against coverage."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from rag.errors import UsageError

RISK = 0.05
BINS = 10


@dataclass(frozen=True, slots=True)
class Point:
    """Answering whatever has at least this confidence: the share answered, and its mean loss."""

    threshold: float
    coverage: float
    risk: float


def risk_coverage(confidences: Sequence[float], correct: Sequence[float]) -> tuple[Point, ...]:
    """Return the curve, a point for each distinct confidence, from the highest to the lowest.

    `correct` lies between 0 and 1; the loss is what it lacks to 1. Answers of one confidence
    come in together, since no threshold parts them. Raises UsageError if the lengths differ, there
    is no answer, or a value lies outside 0 to 1.
    """
    points, answered, lost = [], 0, 0.0
    for threshold, losses in _groups(confidences, correct):
        answered += len(losses)
        lost += sum(losses)
        points.append(Point(threshold, answered / len(confidences), lost / answered))
    return tuple(points)


def aurc(confidences: Sequence[float], correct: Sequence[float]) -> float:
    """Return the mean risk over all coverages 1/n, 2/n … 1; lower is better, 0 is perfect.

    Within a tie it is the mean over all orders of the tied answers, so that the order of the
    questions does not matter. Raises UsageError as `risk_coverage` does.

    Geifman, Uziel and El-Yaniv, "Bias-Reduced Uncertainty Estimation" (2019).
    """
    risks, answered, lost = 0.0, 0, 0.0
    for _, losses in _groups(confidences, correct):
        mean = sum(losses) / len(losses)
        for taken in range(1, len(losses) + 1):
            risks += (lost + taken * mean) / (answered + taken)
        answered += len(losses)
        lost += sum(losses)
    return risks / answered


def coverage_at_risk(
    confidences: Sequence[float], correct: Sequence[float], *, risk: float = RISK
) -> float:
    """Return the largest share that can be answered at this risk or less; 0.0 if none can.

    Raises UsageError as `risk_coverage` does.
    """
    curve = risk_coverage(confidences, correct)
    return max((point.coverage for point in curve if point.risk <= risk + 1e-12), default=0.0)


def calibration_error(
    confidences: Sequence[float], correct: Sequence[float], *, bins: int = BINS
) -> float:
    """Return the expected calibration error, 0 to 1, over bins of equal width.

    A confidence on the border of two bins counts in the upper one. Raises UsageError as
    `risk_coverage` does.

    Guo et al., "On Calibration of Modern Neural Networks" (2017).
    """
    _check(confidences, correct)
    filled: dict[int, list[float]] = {}
    for confidence, value in zip(confidences, correct, strict=True):
        filled.setdefault(min(int(confidence * bins), bins - 1), []).append(value - confidence)
    return sum(abs(sum(gaps)) for gaps in filled.values()) / len(confidences)


def _groups(
    confidences: Sequence[float], correct: Sequence[float]
) -> list[tuple[float, list[float]]]:
    """The losses of each confidence, from the highest to the lowest."""
    _check(confidences, correct)
    ordered = sorted(zip(confidences, correct, strict=True), key=lambda pair: -pair[0])
    return [
        (confidence, [1.0 - value for _, value in pairs])
        for confidence, pairs in groupby(ordered, key=lambda pair: pair[0])
    ]


def _check(confidences: Sequence[float], correct: Sequence[float]) -> None:
    if len(confidences) != len(correct):
        raise UsageError(f"{len(confidences)} confidences were given with {len(correct)} scores.")
    if not confidences:
        raise UsageError("A risk-coverage curve needs at least one answer.")
    for value in (*confidences, *correct):
        if not 0 <= value <= 1:
            raise UsageError(f"Confidences and scores lie between 0 and 1, but one is {value!r}.")
