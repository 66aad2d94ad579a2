"""The figures of a public benchmark, and how far the measuring is."""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from evals.bench.intervals import bootstrap, percentile
from evals.bench.place import SEED

Progress = Callable[[str, int, int], None]
"""Called with what is done, how much of it, and of how much."""


def silent(task: str, done: int, total: int) -> None:
    """Tell nobody."""


Item = TypeVar("Item")

RESAMPLES = 300
"""Of the questions, for the interval of an area."""


def drawn(items: Sequence[Item], count: int, *, seed: int) -> list[Item]:
    """Return `count` of the items, drawn by the seed, in their order; all if there are fewer."""
    chosen = random.Random(seed).sample(range(len(items)), min(count, len(items)))  # noqa: S311
    return [items[place] for place in sorted(chosen)]


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure over `items`, NaN where it is undefined; its 95 % interval where there is one."""

    name: str
    value: float
    items: int
    interval: tuple[float, float] | None = None

    def line(self) -> str:
        """Return it as a line of a table."""
        within = ""
        if self.interval is not None:
            within = f"[{self.interval[0]:.3f}, {self.interval[1]:.3f}]"
        value = "-" if math.isnan(self.value) else f"{self.value:.3f}"
        return f"{self.name:60}{value:>7}  {within:16}{self.items:7}"

    def record(self) -> dict[str, object]:
        """Return it as JSON can hold it."""
        value = None if math.isnan(self.value) else self.value
        return {
            "name": self.name,
            "value": value,
            "items": self.items,
            "interval": self.interval and list(self.interval),
        }


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured, in a sentence, and the figures."""

    said: str
    figures: tuple[Figure, ...]


def mean(name: str, values: Sequence[float]) -> Figure:
    """Return the mean of the values with its interval by the seeded bootstrap."""
    if not values:
        return Figure(name, math.nan, 0)
    return Figure(name, sum(values) / len(values), len(values), bootstrap(values, seed=SEED))


def share(name: str, of: Sequence[bool]) -> Figure:
    """Return the share that is true, with its interval."""
    return mean(name, [float(one) for one in of])


def area(name: str, told: Sequence[tuple[float, bool]], *, seed: int) -> Figure:
    """Return the area under the ROC curve of (score, truth), NaN without both truths."""
    kinds = {truth for _, truth in told}
    if len(kinds) < len((True, False)):
        return Figure(name, math.nan, len(told))
    import numpy as np

    from rag.calibrate import auroc

    def of(some: Sequence[tuple[float, bool]]) -> float:
        return auroc([score for score, _ in some], [truth for _, truth in some])

    draw = np.random.default_rng(seed)
    samples = []
    for _ in range(RESAMPLES):
        some = [told[place] for place in draw.integers(0, len(told), len(told))]
        if len({truth for _, truth in some}) == len(kinds):
            samples.append(of(some))
    interval = (percentile(samples, 2.5), percentile(samples, 97.5)) if samples else None
    return Figure(name, of(told), len(told), interval)
