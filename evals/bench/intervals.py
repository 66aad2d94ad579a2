"""Percentiles, and intervals by the bootstrap."""

from collections.abc import Sequence

from evals.bench.place import SEED

RESAMPLES = 2000
COVERAGE = 95.0


def percentile(values: Sequence[float], percent: float) -> float:
    """The value below which `percent` of `values` lie, linear between two neighbours."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("a percentile needs at least one value")
    place = (len(ordered) - 1) * percent / 100
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def bootstrap(values: Sequence[float], *, seed: int = SEED) -> tuple[float, float]:
    """The 95 % interval of the mean of `values`, by resampling them with replacement.

    Efron's percentile method (Efron and Tibshirani, An Introduction to the Bootstrap, 1993,
    chapter 13), the questions being the units.
    """
    import numpy as np

    sample = np.asarray(values, dtype=np.float64)
    generator = np.random.default_rng(seed)
    means = [
        float(sample[generator.integers(0, len(sample), len(sample))].mean())
        for _ in range(RESAMPLES)
    ]
    tail = (100 - COVERAGE) / 2
    return percentile(means, tail), percentile(means, 100 - tail)
