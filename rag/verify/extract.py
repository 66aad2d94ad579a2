"""Check each extract of an answer against the paragraphs that it cites."""

from collections.abc import Sequence
from typing import Protocol

from rag.reply import Citation, Support


class SupportChecker(Protocol):
    """The seam for a checker: does the cited text support the claim?"""

    def __call__(self, claim: str, citations: Sequence[Citation]) -> tuple[Support, float]:
        """Return the verdict and a score in [0, 1]."""


def verbatim(claim: str, citations: Sequence[Citation]) -> tuple[Support, float]:
    """Support an extract if, and only if, it stands word for word in a paragraph it cites.

    `claim` is the extract itself, without what introduces it.
    """
    stands = any(claim == c.quote and c.quote in c.text for c in citations)
    return ("supported", 1.0) if stands else ("unsupported", 0.0)
