"""Markdown, with or without front matter; parsed by markdown-it, never by patterns of ours."""

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore

from ingest.clean import normalise
from ingest.document import Block, RawArticle
from ingest.readers.fields import Fields, file_title
from ingest.readers.front_matter import split_front_matter
from rag.errors import ReadError

MAX_NESTING = 40
MAX_BRACKETS = 500

# A line of no-break spaces is as blank as one of spaces, though not to CommonMark.
_BLANK = re.compile(r"^[^\S\n]+$", re.MULTILINE)
# A footnote whose text is one address would be read as a link's definition and vanish.
_FOOTNOTE = re.compile(r"^( {0,3})\[(\^[^\]\s]+)\]:", re.MULTILINE)


def read_markdown(text: str, *, source: str, url: str | None = None) -> RawArticle:
    """Read Markdown: metadata from the front matter, paragraphs from the rendered body.

    Raises `ReadError` for broken front matter and for nesting beyond 40 levels.
    """
    front, body = split_front_matter(text, source=source)
    fields = Fields()
    fields.offer_mapping(front, "front matter")
    fields.offer("url", url, "address")
    heading, paragraphs = _body(body, source)
    if heading:
        fields.offer("title", heading, "first heading")
        if paragraphs[0] == heading == fields.get("title"):
            paragraphs = paragraphs[1:]
    fields.offer("title", file_title(url or source), "file name")
    blocks = tuple(Block(paragraph) for paragraph in paragraphs)
    return RawArticle(source, "markdown", blocks, fields.metadata(), fields.found)


def _body(body: str, source: str) -> tuple[str | None, list[str]]:
    """The first heading, if any, and the paragraphs."""
    from lxml import html

    from ingest.readers.blocks import paragraphs_of
    from ingest.readers.hidden import parse_page, remove_hidden

    parser = _parser()
    try:
        tokens = parser.parse(_FOOTNOTE.sub(r"\1\\[\2]:", _BLANK.sub("", body)))
    except _BracketsError:
        raise ReadError(
            f"A paragraph of {source!r} has more than {MAX_BRACKETS} opening brackets;"
            " save it as plain text."
        ) from None
    if any(token.level >= MAX_NESTING - 1 for token in tokens):
        raise ReadError(f"{source!r} is nested more than {MAX_NESTING} levels deep; flatten it.")
    page = parser.renderer.render(tokens, parser.options, {})
    if not page.strip():
        return None, []
    tree = parse_page(f"<html><body>{page}</body></html>")
    if tree is None:
        raise ReadError(f"The HTML in {source!r} is nested too deep to be read; flatten it.")
    remove_hidden(tree)
    headings = tree.xpath("//h1 | //h2 | //h3")
    first = headings[0] if headings and isinstance(headings[0], html.HtmlElement) else None
    heading = normalise(first.text_content()) if first is not None else None
    return heading or None, paragraphs_of(tree)


@cache
def _parser() -> MarkdownIt:
    """CommonMark with tables and strikethrough; four spaces in front make no code of a sentence."""
    parser = MarkdownIt("commonmark", {"maxNesting": MAX_NESTING})
    parser.enable(["table", "strikethrough"]).disable(["code", "fragments_join"])
    parser.core.ruler.before("inline", "brackets", _refuse_many_brackets)
    parser.core.ruler.at("text_join", _drop_stray_asterisks)
    return parser


class _BracketsError(ValueError):
    """The parser would take quadratic time to look for the brackets that close them."""


def _refuse_many_brackets(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and token.content.count("[") > MAX_BRACKETS:
            raise _BracketsError


def _drop_stray_asterisks(state: StateCore) -> None:
    """Remove asterisks that were meant as emphasis and are none, as in `**Bold: **text`.

    Until fragments are joined, every unmatched mark is a token of its own; a single one in a
    paragraph is a footnote's mark and stays, and so does an escaped one.
    """
    for token in state.tokens:
        children = token.children or []
        marks = [child for child in children if child.type == "text" and child.content == "*"]
        for mark in marks if len(marks) > 1 else ():
            mark.content = ""
        for child in children:
            if child.type == "text_special":
                child.type = "text"
