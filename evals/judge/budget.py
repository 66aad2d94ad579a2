"""How much a judge may cost, in calls and in money, and how much it did."""

from dataclasses import dataclass

from rag.errors import UsageError
from rag.generate.prices import Price

MOST_CALLS = 1000
"""The cap where none is given: 300 questions, three votes each, and some asked twice."""

MOST_OUTPUT = 500
"""Tokens that a reply may have; the model is told so."""

USUAL_OUTPUT = 60
"""Tokens that a verdict with its sentence has, for the estimate."""

MARGIN = 1.5
"""By how much a model's own tokens may be more than those counted here."""

_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Estimate:
    """What judging would take: votes not cached, their tokens, dollars (None: no known price).

    `most` is the dollars if every reply is as long as it may be. A reply that cannot be read is
    asked for once more, which is not counted here.
    """

    calls: int
    cached: int
    tokens_in: int
    tokens_out: int
    counted_by: str
    cost: float | None = None
    most: float | None = None


class Budget:
    """What is left; a call is allowed before it is made, at the most that it can cost.

    Raises UsageError for a cap that is none, and for one in money where the price is not known.
    """

    def __init__(
        self, *, calls: int = MOST_CALLS, cost: float | None = None, price: Price | None = None
    ) -> None:
        """Nothing is spent yet."""
        if calls < 0:
            raise UsageError(f"A cap of {calls!r} calls is none; give --judge-cap 0 or more.")
        if cost is not None and not 0 <= cost < float("inf"):
            raise UsageError(f"A cap of {cost!r} dollars is none; give 0 or more.")
        if cost is not None and price is None:
            raise UsageError(
                "A cap in money needs a price; give --price-in and --price-out, in dollars per "
                "million tokens."
            )
        self.most_calls, self.most_cost, self.price = calls, cost, price
        self.calls, self.cost = 0, 0.0

    def refusal(self, tokens_in: int) -> str | None:
        """Return why a call cannot be made any more, None if it can."""
        if self.calls >= self.most_calls:
            return (
                f"The cap of {self.most_calls} calls to the judge is reached; raise --judge-cap, "
                "or run again to go on from the votes that are cached."
            )
        if self.most_cost is not None:
            needed = self.cost + self.reserve(tokens_in)
            if needed > self.most_cost + _ROUNDING:
                return (
                    f"The judge's cap of ${self.most_cost:g} is reached (${self.cost:.4f} spent, "
                    f"${needed:.4f} with the next call); raise --judge-cost-cap, or run again to "
                    "go on from the votes that are cached."
                )
        return None

    def reserve(self, tokens_in: int) -> float:
        """Return the most dollars that a call of so many counted tokens can cost."""
        return self.price.of(tokens_in * MARGIN, MOST_OUTPUT) if self.price else 0.0

    def take(self, tokens_in: int) -> None:
        """Count a call that is about to be made, at its most."""
        self.calls += 1
        self.cost += self.reserve(tokens_in)

    def settle(self, tokens_in: int, used: tuple[int, int] | None) -> None:
        """Put the tokens used in place of the most that a call could cost; None if not known."""
        if self.price and used is not None:
            self.cost += self.price.of(*used) - self.reserve(tokens_in)

    def estimate(self, counted: list[int], cached: int, counted_by: str) -> Estimate:
        """Return what calls of so many tokens each would take."""
        tokens_in, tokens_out = sum(counted), USUAL_OUTPUT * len(counted)
        return Estimate(
            calls=len(counted),
            cached=cached,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            counted_by=counted_by,
            cost=self.price.of(tokens_in, tokens_out) if self.price else None,
            most=sum(map(self.reserve, counted)) if self.price else None,
        )
