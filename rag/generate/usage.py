"""The tokens of one call."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens read and written; `estimated` where the provider did not tell."""

    prompt_tokens: int
    completion_tokens: int
    estimated: bool = False
