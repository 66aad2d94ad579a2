"""The seam for a support function, and how its verdicts are read."""

from typing import Protocol

from evals.metrics.claims import Claim
from evals.metrics.resolution import Cited


class Support(Protocol):
    """How well a text supports a claim: 1 in full, 0.5 in part, 0 not at all.

    A number in between is read as the nearest of the three where a verdict is needed.
    """

    def __call__(self, premise: str, claim: str, /) -> float:
        """Return a number in [0, 1]."""


def strength(phi: Support, premise: str, claim: str) -> float:
    """Return what the support function says; 0, unasked, where there is nothing to support it.

    Raises ValueError if that is no number in [0, 1]: a broken function is not a bad answer.
    """
    if not premise.strip():
        return 0.0
    value = phi(premise, claim)
    if not 0 <= value <= 1:  # NaN is refused too
        raise ValueError(f"support must be a number from 0 to 1, and is {value!r}")
    return float(value)


def grade(value: float) -> float:
    """Return the nearest of 0, 0.5 and 1; a tie goes up."""
    return 1.0 if value >= 0.75 else 0.5 if value >= 0.25 else 0.0  # noqa: PLR2004


def graded(phi: Support, cited: Cited, claim: Claim) -> float:
    """Return the verdict on a claim by all that it cites together: 1, 0.5 or 0."""
    return grade(strength(phi, cited.premise(*claim.cites), claim.text))
