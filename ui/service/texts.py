"""What may stand in a request: bounded text without NUL and lone surrogates.

Of a text with a pattern, pydantic refuses lone surrogates itself.
"""

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints

WITHOUT_NUL = r"^[^\x00]*$"
_SURROGATE = re.compile("[\ud800-\udfff]")

Id = Annotated[str, StringConstraints(min_length=1, max_length=500, pattern=WITHOUT_NUL)]
"""The id of an article, a conversation or an answer."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=WITHOUT_NUL)]
"""An outlet, a kind, a speaker, a generator, a title."""

Typed = Annotated[str, StringConstraints(max_length=100, pattern=WITHOUT_NUL)]
"""A date as people type it."""

Question = Annotated[str, StringConstraints(min_length=1, max_length=100_000, pattern=WITHOUT_NUL)]
"""A question or a query; the settings say how much of it is read."""

Words = Annotated[str, StringConstraints(max_length=1000, pattern=WITHOUT_NUL)]
"""Words to look for; none finds all."""

Comment = Annotated[str, StringConstraints(max_length=4000, pattern=WITHOUT_NUL)]


def only_text(value: Any) -> Any:  # noqa: ANN401 (JSON as it came)
    """Return JSON as it is; raise ValueError if a string in it holds NUL or a lone surrogate."""
    left = [value]
    while left:
        part = left.pop()
        if isinstance(part, str) and ("\0" in part or _SURROGATE.search(part)):
            raise ValueError("a string holds the character NUL or half of a character")
        if isinstance(part, dict):
            left += [*part.keys(), *part.values()]
        elif isinstance(part, list):
            left += part
    return value


OnlyText = BeforeValidator(only_text)


class Given(BaseModel):
    """A request: what it does not know, it refuses."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Told(BaseModel):
    """A response."""

    model_config = ConfigDict(extra="forbid", frozen=True)
