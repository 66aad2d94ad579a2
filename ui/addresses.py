"""The addresses of what can be opened, the same in the page, in permalinks and in exports.

Every link in the page is a real address: a plain click opens it beside the answer, any other way
to follow it opens a page of its own.
"""

from urllib.parse import quote, urlencode


def answer(exchange: str) -> str:
    """Return the address of an answer."""
    return f"/answers/{quote(exchange, safe='')}"


def citation(exchange: str, number: int) -> str:
    """Return the address of a citation of an answer."""
    return f"{answer(exchange)}/citations/{number}"


def nearest(exchange: str, number: int) -> str:
    """Return the address of a paragraph that came nearest, where there is no answer."""
    return f"{answer(exchange)}/nearest/{number}"


def article(article_id: str, version: int) -> str:
    """Return the address of an article's version."""
    return f"/articles/{quote(article_id, safe='')}/versions/{version}"


def paragraph(article_id: str, version: int, number: int) -> str:
    """Return the address of a paragraph."""
    return f"{article(article_id, version)}/paragraphs/{number}"


def changes(article_id: str, before: int, after: int) -> str:
    """Return the address of the difference between two versions."""
    path = f"/articles/{quote(article_id, safe='')}/changes"
    return f"{path}?{urlencode({'from': before, 'to': after})}"


def export(conversation: str, format_: str) -> str:
    """Return the address of a conversation as a file."""
    return f"/conversations/{quote(conversation, safe='')}/export?{urlencode({'as': format_})}"
