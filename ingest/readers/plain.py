"""Plain text: paragraphs, and a title only if the first line looks like one."""

from ingest.clean import normalise
from ingest.document import Block, RawArticle
from ingest.readers.fields import Fields, file_title, looks_like_title
from ingest.readers.wrapping import split_paragraphs
from ingest.speakers import turn_of


def read_plain(text: str, *, source: str, url: str | None = None) -> RawArticle:
    """Read plain text. It states no metadata, so all but the title (and `url`) stays unknown."""
    paragraphs = split_paragraphs(text)
    fields = Fields()
    fields.offer("url", url, "address")
    first = normalise(paragraphs[0]) if paragraphs else ""
    if len(paragraphs) > 1 and looks_like_title(first) and turn_of(first) is None:
        fields.offer("title", first, "first line")
        paragraphs = paragraphs[1:]
    fields.offer("title", file_title(url or source), "file name")
    blocks = tuple(Block(paragraph) for paragraph in paragraphs)
    return RawArticle(source, "plain text", blocks, fields.metadata(), fields.found)
