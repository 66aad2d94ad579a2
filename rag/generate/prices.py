"""What a model's tokens cost, by the providers' list prices or those given."""

import json
from dataclasses import dataclass
from functools import cache
from importlib import resources

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from rag.errors import UsageError
from rag.generate.usage import Usage

MILLION = 1_000_000

LOCAL = ("ollama:", "huggingface:")
"""What runs on the user's own machine."""


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens; raises UsageError for one that is negative or no number."""

    input: float
    output: float

    def __post_init__(self) -> None:
        """Check the range; a NaN is out of it."""
        for value in (self.input, self.output):
            if not 0 <= value < float("inf"):
                raise UsageError(f"A price of {value!r} is none; give dollars per million tokens.")

    def of(self, tokens_in: float, tokens_out: float) -> float:
        """Return the dollars of so many tokens."""
        return (tokens_in * self.input + tokens_out * self.output) / MILLION


FREE = Price(0.0, 0.0)


class _Entry(BaseModel):
    """A line of prices.json; `read` is the month in which the provider's list said so."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: float = Field(ge=0)
    output: float = Field(ge=0)
    read: str = Field(pattern=r"^20\d\d-[01]\d$")


@cache
def listed() -> dict[str, Price]:
    """Return the list prices by name; they change, and what is given goes before them."""
    text = resources.files("rag.generate").joinpath("prices.json").read_text(encoding="utf-8")
    entries = TypeAdapter(dict[str, _Entry]).validate_python(json.loads(text))
    return {name: Price(entry.input, entry.output) for name, entry in entries.items()}


def price_of(model_name: str, given_in: float | None, given_out: float | None) -> Price | None:
    """Return the price of a model: as given, else as listed, None where neither is known.

    Raises UsageError if only one of two prices is given and the other is not listed.
    """
    known = FREE if model_name.startswith(LOCAL) else listed().get(model_name)
    if given_in is None and given_out is None:
        return known
    if known is None and (given_in is None or given_out is None):
        raise UsageError(
            f"Half a price was given for {model_name!r}, and the other is not known; give both, "
            "in dollars per million tokens."
        )
    known = known or FREE
    return Price(
        known.input if given_in is None else given_in,
        known.output if given_out is None else given_out,
    )


def cost(
    usage: Usage,
    model_name: str,
    *,
    local: bool = False,
    price_in: float | None = None,
    price_out: float | None = None,
) -> float | None:
    """Return the US dollars of some tokens; None where the price is not known.

    What runs on this machine (`local`) costs nothing, whatever it is called. Given prices, in
    dollars per million tokens, go before listed ones. Raises UsageError as `price_of` does.
    """
    price = FREE if local else price_of(model_name, price_in, price_out)
    return price.of(usage.prompt_tokens, usage.completion_tokens) if price else None
