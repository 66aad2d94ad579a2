"""What a pack measured: figures with their intervals, and the cases that failed."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from evals.statistics.bootstrap import interval


@dataclass(frozen=True, slots=True)
class Figure:
    """The mean of `n` values with its 95 % interval; both are None where `n` is 0."""

    name: str
    mean: float | None
    n: int
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Failure:
    """A case that failed: its id, what went wrong, and a sentence for the reader."""

    case: str
    what: tuple[str, ...]
    detail: str = ""


@dataclass(frozen=True, slots=True)
class PackResult:
    """One pack. `skipped` says why it has no cases, where it has none."""

    pack: str
    cases: int
    figures: tuple[Figure, ...] = ()
    failures: tuple[Failure, ...] = ()
    skipped: str | None = None

    def mean(self, name: str) -> float | None:
        """Return the mean of a figure; raises KeyError if the pack has none of that name."""
        return {figure.name: figure.mean for figure in self.figures}[name]


def figure(
    name: str, values: Sequence[float], families: Sequence[Hashable], *, seed: int = 0
) -> Figure:
    """Return the mean of some values, its interval by resampling families, seeded."""
    if not values:
        return Figure(name, None, 0, None)
    mean = sum(values) / len(values)
    return Figure(name, mean, len(values), interval(values, families, seed=seed))
