"""What an address of the library names: a version of an article, or what changed between two."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs, unquote, urlsplit

LONGEST = 2000

# The addresses of `ui.addresses`.
_ARTICLE = re.compile(r"/articles/([^/]+)/versions/(\d{1,9})(?:/paragraphs/(\d{1,9}))?")
_CHANGES = re.compile(r"/articles/([^/]+)/changes")
_NUMBER = re.compile(r"\d{1,9}")


@dataclass(frozen=True, slots=True)
class Place:
    """A version of an article; a `paragraph` of it, or what changed since version `since`."""

    article_id: str
    version: int
    paragraph: int | None = None
    since: int | None = None


def place_of(address: str) -> Place | None:
    """Return what an address names, None if it is none of the library's."""
    try:
        parts = urlsplit(address[:LONGEST])
    except ValueError:
        return None
    if parts.scheme or parts.netloc:
        return None
    if found := _ARTICLE.fullmatch(parts.path):
        name, version, paragraph = found.groups()
        return Place(unquote(name), int(version), int(paragraph) if paragraph else None)
    if found := _CHANGES.fullmatch(parts.path):
        numbers = [parse_qs(parts.query).get(end, [""])[0] for end in ("from", "to")]
        if all(map(_NUMBER.fullmatch, numbers)):
            return Place(unquote(found[1]), int(numbers[1]), since=int(numbers[0]))
    return None
