"""What a disagreement consists of."""

from dataclasses import dataclass

from rag.library.rows import VersionText


@dataclass(frozen=True, slots=True)
class Side:
    """One party's account: the claim is `version.text[start:end]`, word for word."""

    party: str
    claim: str
    version: VersionText
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Two or more accounts of one thing that cannot all hold, nearest to the question first."""

    topic: str
    positions: tuple[Side, ...]
