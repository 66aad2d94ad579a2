"""The smallest drop that a comparison of so many questions can be expected to see."""

from functools import lru_cache
from math import sqrt

ALPHA = 0.05
POWER = 0.8
GAINS = 0.02
"""The share of questions that become right by chance while others become wrong."""
_STEPS = 24


@lru_cache(maxsize=1024)
def detectable_drop(
    n: int, *, gains: float = GAINS, alpha: float = ALPHA, power: float = POWER
) -> float | None:
    """Return the smallest net drop that McNemar's one-sided test finds with this power.

    In shares of `n` independent questions: 0.1 is ten in a hundred more losses than gains. Exact,
    by the distribution of losses and gains; None where even the loss of all others is not found.
    """
    largest = 1.0 - 2 * gains
    if n < 1 or largest <= 0 or chance_to_see(n, largest, gains=gains, alpha=alpha) < power:
        return None
    low, high = 0.0, largest
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if chance_to_see(n, middle, gains=gains, alpha=alpha) >= power:
            high = middle
        else:
            low = middle
    return high


def chance_to_see(n: int, drop: float, *, gains: float = GAINS, alpha: float = ALPHA) -> float:
    """Return the probability that McNemar's one-sided test of `n` questions finds this net drop.

    It grows with the drop, since one loss more never takes a result out of what is rejected.
    """
    import numpy as np
    from scipy.stats import binom

    losses = drop + gains
    changed = losses + gains
    if not changed:
        return 0.0
    discordant = np.arange(n + 1)
    # P(X >= needed) <= alpha for a fair coin; isf gives the largest k with P(X > k) <= alpha.
    needed = binom.isf(alpha, discordant, 0.5) + 1
    found = binom.sf(needed - 1, discordant, losses / changed)
    return float(binom.pmf(discordant, n, changed) @ found)


def detectable_mean(
    sd: float, n: int, *, alpha: float = ALPHA, power: float = POWER
) -> float | None:
    """Return the smallest drop of a mean that a one-sided test of `n` pairs finds.

    `sd` is the standard deviation of the paired differences, in their unit. By the normal
    approximation; None where it says nothing: below two pairs, or where nothing varied.
    """
    from scipy.special import ndtri

    if n <= 1 or sd <= 0:
        return None
    return float((ndtri(1 - alpha) + ndtri(power)) * sd / sqrt(n))


def pairs_to_exclude(margin: float, *, alpha: float = ALPHA) -> int:
    """Return how many independent questions without a loss rule out losses at a rate of `margin`.

    59 for 0.05: of fewer, one sample in twenty or more would show no loss at that rate (Hanley
    and Lippman-Hand, JAMA 249, 1983, "If nothing goes wrong, is everything all right?").
    """
    n = 1
    while (1 - margin) ** n > alpha:
        n += 1
    return n
