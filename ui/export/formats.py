"""A conversation as a file, in the formats that readers ask for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from rag.errors import UsageError
from ui.export import bibtex, csl, html, json_file, markdown
from ui.export.record import Record
from ui.export.slug import slug
from ui.store.records import Conversation, Exchange

LONGEST_NAME = 60
"""Characters of a title in the name of a file."""


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is written, and what its files are called."""

    label: str
    suffix: str
    media_type: str
    write: Callable[[Record], str]


@dataclass(frozen=True, slots=True)
class Exported:
    """A file to be given to the reader; its name is ASCII."""

    filename: str
    media_type: str
    content: bytes


FORMATS: Mapping[str, Format] = {
    "markdown": Format("Markdown", "md", "text/markdown; charset=utf-8", markdown.write),
    "html": Format("Web page", "html", "text/html; charset=utf-8", html.write),
    "json": Format("JSON", "json", "application/json", json_file.write),
    "bibtex": Format("BibTeX", "bib", "application/x-bibtex; charset=utf-8", bibtex.write),
    "csl": Format("CSL-JSON", "csl.json", "application/vnd.citationstyles.csl+json", csl.write),
}


def export(
    conversation: Conversation,
    exchanges: Sequence[Exchange],
    format_: str,
    *,
    accessed: date,
    base_url: str | None,
) -> Exported:
    """Return a conversation as a file in UTF-8, from what its replies hold alone.

    `base_url` is the server's own address, for permalinks. Raises UsageError for a format that
    is none of FORMATS.
    """
    chosen = FORMATS.get(format_)
    if chosen is None:
        known = ", ".join(map(repr, FORMATS))
        raise UsageError(f"There is no export as {format_!r}; choose one of {known}.")
    text = chosen.write(Record(conversation, tuple(exchanges), accessed, base_url))
    name = slug(conversation.title, longest=LONGEST_NAME) or "conversation"
    return Exported(
        filename=f"{name}-{accessed.isoformat()}.{chosen.suffix}",
        media_type=chosen.media_type,
        content=text.encode("utf-8"),
    )
