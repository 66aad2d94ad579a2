"""The paragraphs of a tree of elements, one for each heading, paragraph, item and table row."""

import re
from collections.abc import Iterator

from lxml import etree

# HTML's block elements and those of trafilatura's own vocabulary (head, item, quote, row, cell).
_BLOCK_NAMES = (
    "address article aside blockquote body caption dd details div dl dt fieldset figcaption "
    "figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary "
    "table tbody tfoot thead tr ul head item list quote row doc"
)
_BLOCKS = frozenset(_BLOCK_NAMES.split())
_CELLS = frozenset(("td", "th", "cell"))
_ROWS = frozenset(("tr", "row"))
_BREAKS = frozenset(("br", "lb"))
_SPACE = re.compile(r"[ \t\n\r\f]+")


def paragraphs_of(tree: etree._Element) -> list[str]:
    r"""The text of the tree, block by block; `\n` stands for a line break within one."""
    return [text for text in (_tidy(part) for part in _parts(tree)) if text]


def _tidy(part: list[str]) -> str:
    lines = "".join(part).split("\n")
    return "\n".join(line.strip(" |\t") for line in lines).strip("\n ")


def _parts(tree: etree._Element) -> Iterator[list[str]]:
    """Walk without recursion; a paragraph ends wherever a block element starts or ends."""
    part: list[str] = []
    rows = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        tag = element.tag
        if not isinstance(tag, str):
            continue
        in_row = rows > 0 and tag not in _ROWS
        if tag in _BLOCKS and not in_row:
            yield part
            part = []
        if event == "start":
            rows += tag in _ROWS
            if tag in _BREAKS:
                part.append("\n" if rows == 0 else " ")
            _append(part, element.text)
        else:
            rows -= tag in _ROWS
            if tag in _CELLS:
                part.append(" | ")
            elif in_row and tag in _BLOCKS:
                part.append(" ")
            if element is not tree:
                _append(part, element.tail)
    yield part


def _append(part: list[str], text: str | None) -> None:
    if text:
        part.append(_SPACE.sub(" ", text))
