"""Questions of one family hang together: sums and spread by family."""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING

from rag.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def by_family(
    values: Sequence[float], families: Sequence[Hashable] | None = None
) -> tuple["Floats", "Floats"]:
    """Return the sum and the number of values of each family, in order of first appearance.

    Without `families` each value is one of its own. Raises UsageError if the lengths differ or a
    value is not finite.
    """
    import numpy as np

    sample = np.asarray(values, dtype=np.float64)
    if not np.isfinite(sample).all():
        raise UsageError("Every value must be a finite number; leave out what was not scored.")
    if families is None:
        return sample, np.ones_like(sample)
    if len(families) != len(sample):
        raise UsageError(f"{len(sample)} values were given with {len(families)} families.")
    place: dict[Hashable, int] = {}
    index = np.array([place.setdefault(name, len(place)) for name in families], dtype=np.intp)
    sums = np.bincount(index, weights=sample).astype(np.float64)
    return sums, np.bincount(index).astype(np.float64)


def clustered_sd(values: Sequence[float], families: Sequence[Hashable] | None = None) -> float:
    """Return the standard deviation that as many independent values would need.

    It is the standard error of the mean, robust to clusters, times the root of the number of
    values; with families of one it is the ordinary standard deviation. 0.0 below two families.

    Liang and Zeger, Biometrika 73 (1986), with the factor F / (F - 1) for F families.
    """
    import numpy as np

    sums, counts = by_family(values, families)
    if len(sums) <= 1:
        return 0.0
    total = counts.sum()
    left = sums - counts * (sums.sum() / total)
    factor = len(sums) / (len(sums) - 1)
    return float(np.sqrt(factor * (left @ left) / total))
