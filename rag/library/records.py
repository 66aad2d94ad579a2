"""The words of the library as data: article, version, paragraph, passage, anchor."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Paragraph:
    """The unit of citation: `number` counts from 1 within a version.

    `start` and `end` are character offsets into the version's clean text.
    """

    number: int
    start: int
    end: int
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence within one paragraph; offsets into the version's clean text."""

    paragraph: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """The unit of the index: a run of the clean text that fits the model's window.

    `header` (title, outlet, date, speaker) stands before `text[start:end]` when it is embedded;
    `first` and `last` are the numbers of the paragraphs that it touches.
    """

    start: int
    end: int
    first: int
    last: int
    header: str
    sentences: tuple[Sentence, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """One version of one article, cleaned and cut, ready for the library.

    `key` is the canonical URL or the absolute path that identifies the article; `article_id` is
    the short name that people type. `root` is the folder or feed it was added from, if any, so
    that `--prune` knows what has left it. `published` is an ISO date or date-time, or None.
    `shingles` is the MinHash signature (uint32) by which copies of one story are found.
    """

    article_id: str
    key: str
    source: str
    root: str | None
    sha256: str
    text: str
    title: str
    author: str | None
    outlet: str | None
    kind: str | None
    url: str | None
    language: str | None
    published: str | None
    paragraphs: tuple[Paragraph, ...]
    passages: tuple[Passage, ...]
    shingles: NDArray[np.uint32] | None = None
    extra: Mapping[str, object] = field(default_factory=dict)
    found: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Anchor:
    """Where a quotation stands, after the W3C TextQuoteSelector and TextPositionSelector."""

    article_id: str
    version: int
    paragraph: int
    start: int
    end: int
    quote: str
    prefix: str
    suffix: str
