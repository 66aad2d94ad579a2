"""What a metric is and what it returns."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from evals.case import Case

Direction = Literal["up", "down", "neutral"]
Status = Literal["ok", "na", "error"]


@dataclass(frozen=True, slots=True)
class Score:
    """The value of a metric for one question.

    `na`: undefined here, and left out of the mean. `error`: the scorer failed, which is not a
    bad answer; it is counted apart and never leaves the denominator in silence.
    """

    value: float | None
    numerator: float = 0.0
    denominator: float = 0.0
    status: Status = "ok"
    note: str | None = None


NA = Score(None, status="na")


def ratio(numerator: float, denominator: float) -> Score:
    """Return numerator / denominator, or `na` where the denominator is 0."""
    if not denominator:
        return NA
    return Score(numerator / denominator, numerator, denominator)


def flag(true: bool) -> Score:
    """Return 1 or 0 of 1."""
    return Score(float(true), float(true), 1.0)


@dataclass(frozen=True, slots=True)
class Metric:
    """A named scorer. `direction` says which way is better; `neutral` is only reported.

    `version` changes whenever the same answer would be scored another way; with the name it is
    the scorer's id, and runs scored by different ids are never compared.
    """

    name: str
    score: Callable[[Case], Score]
    direction: Direction = "up"
    version: int = 1
    binary: bool = False

    @property
    def scorer_id(self) -> str:
        """Name and version."""
        return f"{self.name}/{self.version}"

    def __call__(self, case: Case) -> Score:
        """Score one case; an exception of the scorer becomes an `error`, with what it said."""
        try:
            return self.score(case)
        except Exception as error:  # noqa: BLE001 (a scorer that fails is reported, not raised)
            return Score(None, status="error", note=f"{type(error).__name__}: {error}")
