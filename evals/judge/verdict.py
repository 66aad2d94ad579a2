"""What a judge replies: a grade and a sentence why, as JSON and nothing else."""

import json
import re
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

Grade = Literal["correct", "partly", "wrong", "declined"]

LOWEST_FIRST: tuple[Grade, ...] = ("wrong", "declined", "partly", "correct")
"""Which verdict is taken of two with as many votes and of the same worth."""

_FENCED = re.compile(r"```(?:json)?[ \t]*\n(.*)\n[ \t]*```", re.DOTALL | re.IGNORECASE)


class Verdict(BaseModel):
    """One vote. `reason` was written by a model that had read untrusted text: show it as text."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    verdict: Grade
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]


def parse(reply: str) -> Verdict | None:
    """Return the verdict of a reply, or None if it is anything but one JSON object.

    A code fence around the whole of it is taken off. A word before or after it, a second object,
    a name that stands twice and a verdict of another name are all failures: whoever wrote the
    graded answer must have no way to put a verdict of their own beside the judge's.
    """
    text = reply.strip()
    if fenced := _FENCED.fullmatch(text):
        text = fenced.group(1)
    try:
        return Verdict.model_validate(json.loads(text, object_pairs_hook=_once))
    except (ValueError, RecursionError, ValidationError):
        return None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("a name stands twice")
    return found
