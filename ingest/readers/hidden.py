"""What a page holds but does not show, removed before its text is read."""

import re

from lxml import etree, html
from lxml.html import HtmlElement

_UNSEEN_TAGS = ("script", "style", "template", "noscript", "object", "embed", "iframe", "svg")
_NUMBER = r"-\s*(?:\d{4,}(?:\.\d+)?\s*(?:px|pt)?|\d{3,}(?:\.\d+)?\s*(?:em|rem|%|vw|vh))"
_UNSEEN_STYLE = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    r"|font-size\s*:\s*0*(?:\.0+)?\s*(?:px|pt|em|rem|%)?\s*(?:;|!|$)"
    rf"|(?:text-indent|left|right|top|bottom|margin(?:-left|-top)?)\s*:\s*{_NUMBER}"
    r"|clip\s*:\s*rect\(\s*(?:0|1px)|clip-path\s*:\s*inset\(\s*(?:50|100)%"
    rf"|translate[xy]?\(\s*{_NUMBER}",
    re.IGNORECASE,
)
_CSS_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_ROOTS = ("html", "body")
_MARK = "dateline-mark"

MAX_DEPTH = 200
MAX_STYLE = 10_000
_KEEP_DEEP = frozenset(("br", "p"))
_KEEP_LEAVES = frozenset(("li", "td", "th", "tr", "h1", "h2", "h3", "h4", "pre"))


def remove_hidden(tree: HtmlElement) -> None:
    """Drop scripts and every element that is hidden by attribute or inline style.

    The rules of style sheets are not applied. The text that follows a dropped element stays.
    """
    hidden = [element for element in tree.iter(etree.Element) if _is_hidden(element)]
    for element in hidden:
        element.tag = _MARK
    # One pass for all: dropped one by one, many hidden neighbours would take quadratic time.
    etree.strip_elements(tree, _MARK, with_tail=False)


def _is_hidden(element: HtmlElement) -> bool:
    if element.tag in _ROOTS or element.getparent() is None:
        return False
    if element.tag in _UNSEEN_TAGS or "hidden" in element.attrib:
        return True
    if element.get("aria-hidden", "").strip().casefold() == "true":
        return True
    style = element.get("style")
    return (
        style is not None
        and _UNSEEN_STYLE.search(_CSS_COMMENT.sub("", style[:MAX_STYLE])) is not None
    )


def parse_page(page: str) -> HtmlElement | None:
    """Parse HTML into a tree at most 200 elements deep that holds its full text.

    Returns None where the parser gave up, at about 2 000 levels, so that no text is lost silently.
    """
    parser = html.HTMLParser(
        huge_tree=True, encoding="utf-8", remove_comments=True, remove_pis=True
    )
    tree = html.document_fromstring(page.encode("utf-8", "replace"), parser=parser)
    if any("Excessive depth" in error.message for error in parser.error_log):
        return None
    _flatten(tree)
    return tree


def _flatten(tree: HtmlElement) -> None:
    """Replace what is nested too deep by its contents, for parsers that call themselves."""
    deep: list[HtmlElement] = []
    stack = [(tree, 0)]
    while stack:
        element, depth = stack.pop()
        if depth > MAX_DEPTH:
            deep.append(element)
        stack.extend((child, depth + 1) for child in element.iterchildren(etree.Element))
    if not deep:
        return
    remove_hidden(tree)
    for element in deep:
        if element.tag not in _KEEP_DEEP and (len(element) or element.tag not in _KEEP_LEAVES):
            element.tag = _MARK
    etree.strip_tags(tree, _MARK)
