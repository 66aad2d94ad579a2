"""What a judge costs."""

from dataclasses import dataclass

from rag.errors import UsageError

MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Price:
    """US dollars for a million tokens; raises UsageError for a negative one."""

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

LISTED = {
    "openai:gpt-4o": Price(2.5, 10.0),
    "openai:gpt-4o-mini": Price(0.15, 0.6),
    "openai:gpt-4.1": Price(2.0, 8.0),
    "openai:gpt-4.1-mini": Price(0.4, 1.6),
    "openai:gpt-4.1-nano": Price(0.1, 0.4),
}
"""List prices as published in spring 2026; they change, and what is given goes before them."""

LOCAL = ("ollama:", "huggingface:")
"""What runs on the user's own machine."""


def price_of(model: str, given_in: float | None, given_out: float | None) -> Price | None:
    """Return the price of a model: as given, else as listed, None where neither is known.

    Raises UsageError if only one of two prices is given and the other is not listed.
    """
    listed = FREE if model.startswith(LOCAL) else LISTED.get(model)
    if given_in is None and given_out is None:
        return listed
    if listed is None and (given_in is None or given_out is None):
        raise UsageError(
            f"Half a price was given for {model!r}, and the other is not known; give both "
            "--price-in and --price-out, in dollars per million tokens."
        )
    known = listed or FREE
    return Price(
        known.input if given_in is None else given_in,
        known.output if given_out is None else given_out,
    )
