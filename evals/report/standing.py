"""Where one primary metric stands by the gate's rules."""

from enum import StrEnum

from evals.compare import Compared
from evals.gate import Policy
from evals.statistics.power import pairs_to_exclude

_ROUNDING = 1e-9


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
    if (
        metric.holm is not None
        and metric.holm < policy.alpha
        and metric.drop >= policy.minimum_effect - _ROUNDING
    ):
        return Standing.FELL
    unseen = len(metric.undefined) / (metric.pairs + len(metric.undefined))
    enough = metric.families >= pairs_to_exclude(policy.margin, alpha=policy.alpha)
    excluded = metric.largest_drop + unseen < policy.margin - _ROUNDING
    return Standing.HELD if enough and excluded else Standing.OPEN
