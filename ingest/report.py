"""What `dateline add` did, article by article, and how it tells while it works."""

from dataclasses import dataclass, field
from typing import Literal, Protocol

Outcome = Literal["added", "updated", "unchanged", "removed", "skipped", "failed"]
OUTCOMES: tuple[Outcome, ...] = ("added", "updated", "unchanged", "removed", "skipped", "failed")


@dataclass(frozen=True, slots=True)
class Item:
    """One article or source: `why` for what was skipped or failed."""

    outcome: Outcome
    source: str
    article_id: str | None = None
    title: str | None = None
    version: int | None = None
    paragraphs: int = 0
    copy_of: str | None = None
    found: dict[str, str] = field(default_factory=dict)
    why: str | None = None


@dataclass(slots=True)
class Report:
    """Everything that one `add` did; `reused` counts passages that were not embedded again."""

    items: list[Item] = field(default_factory=list)
    embedded: int = 0
    reused: int = 0
    characters: int = 0
    seconds: float = 0.0

    def of(self, outcome: Outcome) -> list[Item]:
        """Return the items with one outcome."""
        return [item for item in self.items if item.outcome == outcome]

    def counts(self) -> dict[Outcome, int]:
        """Count the items of each outcome."""
        return {outcome: len(self.of(outcome)) for outcome in OUTCOMES}


class Progress(Protocol):
    """Told what happens as it happens; every committed article once."""

    def begin(self, sources: int) -> None:
        """Tell how many sources there are to read."""

    def source_done(self) -> None:
        """One more source has been read."""

    def item(self, item: Item) -> None:
        """Tell that an article was committed, skipped, or failed."""

    def indexing(self, done: int, total: int) -> None:
        """Tell how far the vector index has been built."""


class Silent:
    """Tells nobody."""

    def begin(self, sources: int) -> None:
        """Ignore it."""

    def source_done(self) -> None:
        """Ignore it."""

    def item(self, item: Item) -> None:
        """Ignore it."""

    def indexing(self, done: int, total: int) -> None:
        """Ignore it."""
