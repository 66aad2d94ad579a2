"""McNemar's exact test of two runs that answered the same yes-or-no questions."""

from math import comb
from typing import Literal

from rag.errors import UsageError

Sides = Literal["one", "two"]


def mcnemar(losses: int, gains: int, *, sides: Sides = "one") -> float:
    """Return the exact p of the discordant counts; 1.0 where nothing changed.

    `losses` were right and are wrong, `gains` the reverse; without an effect each is as likely.
    One-sided asks whether losses are more likely than gains; two-sided doubles the smaller tail,
    at most 1. Raises UsageError for a negative count.

    McNemar, Psychometrika 12 (1947), in the binomial form.
    """
    if losses < 0 or gains < 0:
        raise UsageError(f"Counts are not negative, but {losses!r} and {gains!r} were given.")
    changed = losses + gains
    if sides == "one":
        return _tail(losses, changed)
    return min(1.0, 2 * _tail(max(losses, gains), changed))


def _tail(at_least: int, n: int) -> float:
    """P(X >= at_least) of a fair coin thrown n times, in whole numbers up to the division."""
    return sum(comb(n, k) for k in range(at_least, n + 1)) / (1 << n)
