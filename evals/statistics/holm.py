"""Holm's correction for several tests at once."""

from collections.abc import Mapping

from rag.errors import UsageError


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Return the adjusted p of each test, from the smallest p to the largest (ties by name).

    Rejecting what is below alpha keeps the chance of any false rejection at alpha, however the
    tests hang together. Raises UsageError for a p outside 0 to 1.

    Holm, Scandinavian Journal of Statistics 6 (1979).
    """
    adjusted: dict[str, float] = {}
    reached = 0.0
    ordered = sorted(p_values.items(), key=lambda item: (item[1], item[0]))
    for rank, (name, p) in enumerate(ordered):
        if not 0 <= p <= 1:
            raise UsageError(f"The p of {name!r} is {p!r}; it must lie between 0 and 1.")
        reached = max(reached, min(1.0, (len(ordered) - rank) * p))
        adjusted[name] = reached
    return adjusted
