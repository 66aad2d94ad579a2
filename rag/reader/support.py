"""How likely a text supports a claim, contradicts it, or says nothing of it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class SupportProbabilities:
    """Three probabilities that add up to 1, in the order of `LABELS`."""

    supported: float
    contradicted: float
    unsupported: float


def probabilities(logits: NDArray[np.float32]) -> SupportProbabilities:
    """Return the softmax of three logits (3,)."""
    powers = np.exp(logits.astype(np.float64) - logits.max())
    return SupportProbabilities(*(powers / powers.sum()).tolist())
