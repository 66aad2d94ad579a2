"""Where one primary metric stands by the gate's rules."""

from enum import StrEnum

from evals.compare import Compared
from evals.gate import Policy, excludes, fell


class Standing(StrEnum):
    """What is proven of a metric: that it fell, that it did not, or nothing."""

    FELL = "fell"
    HELD = "held"
    OPEN = "open"
    UNDEFINED = "undefined"


def standing(metric: Compared, policy: Policy) -> Standing:
    """Return where a metric stands: the rules by which `evals.gate.judge` decides, one by one."""
    if metric.drop is None or metric.largest_drop is None:
        return Standing.UNDEFINED
    if fell(metric, policy):
        return Standing.FELL
    return Standing.HELD if excludes(metric, policy) else Standing.OPEN
