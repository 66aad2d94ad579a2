"""JSON Lines, or one JSON document: each record is an article or an error of its own."""

import json
from collections.abc import Mapping

from ingest.document import Block, RawArticle
from ingest.readers.encoding import tidy
from ingest.readers.fields import Fields, file_title, looks_like_title
from ingest.readers.wrapping import split_paragraphs
from rag.errors import ReadError

_TEXT_NAMES = ("text", "body", "content")


def read_json_lines(text: str, *, source: str) -> list[RawArticle | ReadError]:
    """Read one article a line; a bad line becomes a `ReadError` that names its number.

    The `source` of an article is the file's with `#` and the line number behind it.
    """
    return [
        _record(line, f"{source}#{number}", f"Line {number} of {source!r}")
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]


def read_json(text: str, *, source: str) -> list[RawArticle | ReadError]:
    """Read a JSON object (one article) or array (one article an item), else JSON Lines."""
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError):
        return read_json_lines(text, source=source)
    if isinstance(whole, list):
        return [
            _article(item, f"{source}#{number}", f"Item {number} of {source!r}")
            for number, item in enumerate(whole, start=1)
        ]
    return [_article(whole, source, f"{source!r}")]


def _record(line: str, source: str, place: str) -> RawArticle | ReadError:
    try:
        return _article(json.loads(line), source, place)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "it cannot be decoded"
        return ReadError(f"{place} is not valid JSON ({reason}); write one object a line.")


def _article(value: object, source: str, place: str) -> RawArticle | ReadError:
    if not isinstance(value, Mapping):
        return ReadError(f"{place} is not a JSON object; give each article as an object.")
    name = next((name for name in _TEXT_NAMES if isinstance(value.get(name), str)), None)
    if name is None or not str(value[name]).strip():
        return ReadError(f"{place} has no 'text'; add the article's text under that name.")
    fields = Fields()
    fields.offer_mapping({key: item for key, item in value.items() if key != name}, "JSON field")
    paragraphs = split_paragraphs(tidy(str(value[name])))
    if len(paragraphs) > 1 and looks_like_title(paragraphs[0]) and fields.get("title") is None:
        fields.offer("title", paragraphs[0], "first line")
        paragraphs = paragraphs[1:]
    name, _, number = source.partition("#")
    stem = file_title(name)
    fields.offer("title", f"{stem} {number}".strip() if stem else None, "file name")
    blocks = tuple(Block(paragraph) for paragraph in paragraphs)
    return RawArticle(source, "json", blocks, fields.metadata(), fields.found)
