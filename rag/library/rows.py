"""What the catalogue hands back."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from rag.library.records import Paragraph, Sentence


@dataclass(frozen=True, slots=True)
class Filters:
    """Which articles count. Dates are ISO days; an article without a date fails any date filter.

    `as_of`, `since` and `until` include their day.
    """

    as_of: str | None = None
    since: str | None = None
    until: str | None = None
    outlets: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    speakers: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != NO_FILTERS


NO_FILTERS = Filters()


@dataclass(frozen=True, slots=True)
class VersionInfo:
    """A version without its text."""

    row: int
    article_row: int
    article_id: str
    key: str
    root: str | None
    number: int
    current: bool
    removed: bool
    sha256: str
    source: str
    title: str
    author: str | None
    outlet: str | None
    kind: str | None
    url: str | None
    published: str | None
    added_at: str
    story: int | None
    paragraphs: int
    extra: Mapping[str, object] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class VersionText:
    """A version with its text and paragraphs."""

    info: VersionInfo
    text: str
    paragraphs: tuple[Paragraph, ...]

    def paragraph(self, number: int) -> Paragraph:
        """Return the paragraph by its number, from 1."""
        return self.paragraphs[number - 1]

    def slice(self, paragraph: Paragraph) -> str:
        """Return the text of a paragraph."""
        return self.text[paragraph.start : paragraph.end]


@dataclass(frozen=True)
class StoredPassage:
    """A passage as the index returns it, with what ranking needs of its article."""

    id: int
    version: int
    ordinal: int
    start: int
    end: int
    first: int
    last: int
    header: str
    vector: NDArray[np.float32]
    sentence_table: NDArray[np.int32]
    sentence_vectors: NDArray[np.int8]
    article_id: str
    version_number: int
    title: str
    outlet: str | None
    kind: str | None
    published: str | None
    story: int | None
    event_dates: tuple[str, ...]

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """The sentences of the passage, in order."""
        return tuple(Sentence(int(p), int(a), int(b)) for p, a, b in self.sentence_table)


@dataclass(frozen=True, slots=True)
class Stats:
    """How much the library holds; `revision` changes with every commit."""

    articles: int
    paragraphs: int
    passages: int
    revision: str
