"""A question whose result changed sides between two runs."""

from collections.abc import Mapping
from dataclasses import dataclass

from evals.scored import Scorer

MIDDLE = 0.5
JUMP = 0.5
"""A graded value flips by this much, or by crossing the middle."""
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True)
class Flip:
    """`worse` is None for a metric of which neither direction is better."""

    question: str
    before: float
    after: float
    worse: bool | None


def flipped(pairs: Mapping[str, tuple[float, float]], scorer: Scorer) -> tuple[Flip, ...]:
    """Return every flip of a metric, the worse ones first, then by question id.

    `pairs` holds the values before and after. A binary value flips when it changes; a graded one
    when it changes by at least 0.5, or is at least 0.5 in one run and below in the other.
    """
    flips = [
        Flip(id_, before, after, _worse(before, after, scorer))
        for id_, (before, after) in pairs.items()
        if _changed_sides(before, after)
    ]
    return tuple(sorted(flips, key=lambda flip: (not flip.worse, flip.question)))


def is_right(value: float, scorer: Scorer) -> bool:
    """Return whether a value lies in the better half, the middle counting as high."""
    high = value >= MIDDLE - _ROUNDING
    return not high if scorer.direction == "down" else high


def _changed_sides(before: float, after: float) -> bool:
    crossed = (before >= MIDDLE - _ROUNDING) != (after >= MIDDLE - _ROUNDING)
    moved = abs(after - before)
    return moved >= JUMP - _ROUNDING or (crossed and moved > _ROUNDING)


def _worse(before: float, after: float, scorer: Scorer) -> bool | None:
    if scorer.direction == "neutral":
        return None
    return (after > before) if scorer.direction == "down" else (after < before)
