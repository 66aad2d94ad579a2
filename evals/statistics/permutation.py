"""The sign-flip test of paired differences, a family at a time."""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from evals.statistics.clusters import by_family

if TYPE_CHECKING:
    from evals.statistics.clusters import Floats

DRAWS = 10_000
ENUMERATED = 16
"""Up to this many families that changed, all their signs are tried."""
WHOLE = 100_000
"""Whole differences that add up to no more than this are counted, not drawn."""
_AT_ONCE = 2**21
_ROUNDING = 1e-9


def sign_flip(
    differences: Sequence[float],
    families: Sequence[Hashable] | None = None,
    *,
    draws: int = DRAWS,
    seed: int = 0,
) -> float:
    """Return the one-sided p that the differences are above zero; 1.0 where nothing changed.

    Without an effect the two runs could be exchanged, for all questions of a family together, so
    that the sign of each family's sum is as likely to be the other. The p is exact where up to
    16 families changed or all differences are whole numbers (for binary metrics with families
    of one this is McNemar's test); otherwise it is (1 + hits) / (1 + draws), which is never 0.

    Fisher, The Design of Experiments (1935), section 21; the 1 after Phipson and Smyth,
    Statistical Applications in Genetics and Molecular Biology 9 (2010).
    """
    import numpy as np

    sums, _ = by_family(differences, families)
    sizes = np.abs(sums)
    changed = sizes > _ROUNDING * max(1.0, float(sizes.sum()))
    sums, sizes = sums[changed], sizes[changed]
    if not len(sums):
        return 1.0
    if np.all(sizes == np.round(sizes)) and sizes.sum() <= WHOLE:
        return _counted(sums)
    if len(sums) <= ENUMERATED:
        return _enumerated(sums)
    return _drawn(sums, draws, seed)


def _counted(sums: "Floats") -> float:
    """The share of signings with at least this sum, by convolving a family at a time."""
    import numpy as np

    sizes = [int(size) for size in np.abs(sums)]
    total = sum(sizes)
    chance = np.zeros(total + 1)  # of the weight that is turned negative
    chance[0] = 1.0
    for size in sizes:
        turned = np.zeros_like(chance)
        turned[size:] = chance[: len(chance) - size]
        chance = (chance + turned) / 2
    most = (total - int(sums.sum())) // 2
    return min(1.0, float(chance[: most + 1].sum()))


def _enumerated(sums: "Floats") -> float:
    import numpy as np

    every = np.zeros(1)
    for value in np.abs(sums):
        every = np.concatenate([every + value, every - value])
    return float(np.mean(every >= _threshold(sums)))


def _drawn(sums: "Floats", draws: int, seed: int) -> float:
    import numpy as np

    generator = np.random.default_rng(seed)
    sizes, threshold = np.abs(sums), _threshold(sums)
    rows = max(1, _AT_ONCE // len(sums))
    hits = 0
    for start in range(0, draws, rows):
        shape = (min(rows, draws - start), len(sums))
        negative = generator.integers(0, 2, size=shape, dtype=np.int8)
        hits += int(np.count_nonzero(sizes.sum() - 2 * (negative @ sizes) >= threshold))
    return (1 + hits) / (1 + draws)


def _threshold(sums: "Floats") -> float:
    """The observed sum, less what rounding may take from a signing that equals it."""
    import numpy as np

    return float(sums.sum() - _ROUNDING * max(1.0, np.abs(sums).sum()))
