"""Intervals by resampling families with replacement."""

from collections.abc import Hashable, Sequence

from evals.statistics.clusters import by_family
from rag.errors import UsageError

RESAMPLES = 10_000
COVERAGE = 0.95
_AT_ONCE = 2**21


def interval(
    values: Sequence[float],
    families: Sequence[Hashable] | None = None,
    *,
    resamples: int = RESAMPLES,
    coverage: float = COVERAGE,
    seed: int = 0,
) -> tuple[float, float]:
    """Return the lower and the upper end of the percentile interval of the mean.

    Whole families are drawn, as many as there are, and the mean is over their questions; without
    `families` each value is one of its own. Where all values are equal the interval is that
    value: it says nothing of how few they are. Raises UsageError if there is no value.

    Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13; clusters after
    Davison and Hinkley, Bootstrap Methods and their Application (1997), section 3.8.
    """
    import numpy as np

    sums, counts = by_family(values, families)
    if not len(sums):
        raise UsageError("An interval needs at least one value.")
    generator = np.random.default_rng(seed)
    rows = max(1, _AT_ONCE // len(sums))
    means = np.empty(resamples)
    for start in range(0, resamples, rows):
        end = min(start + rows, resamples)
        drawn = generator.integers(0, len(sums), size=(end - start, len(sums)))
        means[start:end] = sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1)
    tail = (1 - coverage) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return float(low), float(high)
