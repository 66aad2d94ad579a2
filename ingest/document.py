"""What a reader hands on: one article as it was found, before it is cleaned and cut."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the source says of itself; None where it says nothing.

    `published` is an ISO 8601 date or date-time (`2024-04-15`, `2024-04-15T15:11:00-04:00`),
    never the date of adding. `url` is the canonical address of the article.
    """

    title: str | None = None
    author: str | None = None
    outlet: str | None = None
    published: str | None = None
    url: str | None = None
    language: str | None = None
    kind: str | None = None
    extra: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph as the author made it, whitespace not yet normalised."""

    text: str


@dataclass(frozen=True, slots=True)
class RawArticle:
    """One article from one source.

    `source` is the file or URL as the user gave it or the feed named it; `reader` names the
    reader; `found` maps a metadata field to where it was found ("front matter", "meta tag",
    "htmldate", "file name"), for the report.
    """

    source: str
    reader: str
    blocks: tuple[Block, ...]
    metadata: Metadata
    found: Mapping[str, str] = field(default_factory=dict)
