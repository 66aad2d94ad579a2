"""A figure: what was measured, the budget it is held to, and whether it is met."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Bound(StrEnum):
    """Which side of the budget is the good one."""

    AT_LEAST = "at least"
    AT_MOST = "at most"


@dataclass(frozen=True, slots=True)
class Check:
    """One measured value against its budget, both in `unit`; `interval` is its 95 % interval."""

    what: str
    value: float
    bound: Bound
    budget: float
    unit: str = ""
    interval: tuple[float, float] | None = None

    @property
    def met(self) -> bool:
        """Whether the value is on the good side of the budget, the budget itself included."""
        if self.bound is Bound.AT_LEAST:
            return self.value >= self.budget
        return self.value <= self.budget

    def sentence(self) -> str:
        """The check as printed: value, interval, budget, met or not met."""
        unit = f" {self.unit}" if self.unit else ""
        between = ""
        if self.interval is not None:
            low, high = self.interval
            between = f" [{number(low)}, {number(high)}]"
        return (
            f"{self.what} {number(self.value)}{unit}{between}"
            f" ({self.bound} {number(self.budget)}): {'met' if self.met else 'not met'}"
        )

    def record(self) -> dict[str, object]:
        """The check as JSON holds it."""
        return {
            "what": self.what,
            "value": self.value,
            "unit": self.unit,
            "interval": self.interval,
            "bound": str(self.bound),
            "budget": self.budget,
            "met": self.met,
        }


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: `said` is the measured values as a reader sees them, `values` as data.

    `skipped` is the reason why nothing was measured, and does not count against the run;
    `failed` is the sentence with which the measuring broke off, and does.
    """

    name: str
    said: str = ""
    checks: tuple[Check, ...] = ()
    values: Mapping[str, object] = field(default_factory=dict)
    skipped: str | None = None
    failed: str | None = None

    @property
    def met(self) -> bool:
        """Whether no budget is missed."""
        return self.failed is None and all(check.met for check in self.checks)

    def line(self) -> str:
        """The one line that is printed."""
        if self.skipped is not None:
            return f"{self.name}: skipped: {self.skipped}"
        if self.failed is not None:
            return f"{self.name}: not met: {self.failed}"
        parts = [self.said, *(check.sentence() for check in self.checks)]
        return f"{self.name}: " + "; ".join(part for part in parts if part)

    def record(self) -> dict[str, object]:
        """The figure as JSON holds it."""
        return {
            "name": self.name,
            "met": self.met,
            "skipped": self.skipped,
            "failed": self.failed,
            "said": self.said,
            "checks": [check.record() for check in self.checks],
            "values": dict(self.values),
        }


WHOLE_FROM = 100


def number(value: float) -> str:
    """`value` with the digits that matter, thousands apart: 19 600, 4.62, 0.643."""
    if float(value).is_integer() or abs(value) >= WHOLE_FROM:
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.2f}" if abs(value) >= 1 else f"{value:.3f}"
