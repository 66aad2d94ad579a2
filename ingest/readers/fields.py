"""Metadata gathered field by field, with where each was found; the first finder wins."""

import math
import re
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import PurePath
from urllib.parse import unquote, urlsplit

from ingest.clean import normalise
from ingest.dates import published_date
from ingest.document import Metadata

MAX_VALUE = 2000
MAX_DEPTH = 2
MAX_ITEMS = 100
MAX_TITLE = 160
MAX_INTEGER = 2**63

ALIASES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline"),
    "published": ("published_time", "published", "date", "pubdate"),
    "author": ("author", "authors", "byline"),
    "outlet": ("outlet", "publisher", "source", "site"),
    "url": ("url", "source_url", "canonical", "link"),
    "kind": ("kind", "type", "tags"),
    "language": ("language", "lang"),
}
_CLOCK_OR_LABEL = re.compile(r"\d{1,2}:\d{2}|:$")


class Fields:
    """A draft of `Metadata`: `offer` values in order of trust, then take `metadata` and `found`."""

    def __init__(self) -> None:
        """Start with nothing known."""
        self._values: dict[str, str] = {}
        self._extra: dict[str, object] = {}
        self.found: dict[str, str] = {}

    def get(self, field: str) -> str | None:
        """The value of a field so far."""
        return self._values.get(field)

    def offer(self, field: str, value: object, where: str) -> None:
        """Take a value for a field that is still unknown; what is no clean text or date is not."""
        if field in self._values:
            return
        clean = published_date(value) if field == "published" else _one_line(value)
        if clean and field in ("url", "outlet") and _is_web(clean) != (field == "url"):
            clean = None
        if clean and field == "language":
            clean = _primary_language(clean)
        if clean:
            self._values[field] = clean
            self.found[field] = where

    def offer_extra(self, name: str, value: object) -> None:
        """Keep something else that the source says, as plain JSON values."""
        plain = _plain(value, MAX_DEPTH)
        if plain not in (None, "", [], {}):
            self._extra.setdefault(normalise(str(name)[:MAX_VALUE]), plain)

    def offer_mapping(self, values: Mapping[object, object], where: str) -> None:
        """Take front matter or a JSON record: known names as fields, all else as extra.

        Of several dates a date-time is preferred to a date.
        """
        named = {str(name).strip().casefold(): value for name, value in values.items()}
        used: set[str] = set()
        for field, aliases in ALIASES.items():
            present = [name for name in aliases if name in named]
            if field == "published":
                present.sort(key=lambda name: "T" not in (published_date(named[name]) or ""))
            for name in present:
                value = named[name]
                if field == "kind" and isinstance(value, list) and len(value) > 1:
                    continue  # keywords, not a kind
                unknown = self.get(field) is None
                self.offer(field, value, where)
                if self.get(field) and (
                    unknown or (field == "published" and published_date(value))
                ):
                    used.add(name)
        for name, value in named.items():
            if name not in used:
                self.offer_extra(name, value)

    def metadata(self) -> Metadata:
        """What is known by now."""
        return Metadata(**self._values, extra=dict(self._extra))


def file_title(source: str) -> str | None:
    """A readable title from a file name or the last part of a URL's path; None for `-`."""
    if _is_web(source):
        address = urlsplit(source)
        stem = PurePath(unquote(address.path)).stem or address.hostname or ""
    else:
        stem = PurePath(source).stem
    words = normalise(re.sub(r"[-_+.]+", " ", stem))
    return (words[:1].upper() + words[1:])[:MAX_TITLE] or None


def looks_like_title(line: str) -> bool:
    """Whether a first line may be a title: short, no full stop, no clock time, no label."""
    return (
        0 < len(line) <= MAX_TITLE
        and line[-1] not in ".!?…,;"
        and _CLOCK_OR_LABEL.search(line) is None
        and any(character.isalpha() for character in line)
    )


def _primary_language(tag: str) -> str:
    """`en` for `en-US`; a name such as `English` stays."""
    code = re.fullmatch(r"([A-Za-z]{2,3})(?:[-_].*)?", tag)
    return code[1].lower() if code else tag


def _is_web(value: str) -> bool:
    return value.casefold().startswith(("http://", "https://"))


def _one_line(value: object) -> str | None:
    """A string on one line; a list of strings joined by commas; a named thing's name."""
    if isinstance(value, Mapping):
        name = value.get("name")
        return _one_line(name) if isinstance(name, str) else None
    if isinstance(value, list):
        flat = [part for part in value[:MAX_ITEMS] if not isinstance(part, list)]
        parts = [part for part in map(_one_line, flat) if part]
        return ", ".join(parts)[:MAX_VALUE] or None
    if isinstance(value, str | int | float | date) and not isinstance(value, bool):
        return normalise(str(value)[:MAX_VALUE]) or None
    return None


def _plain(value: object, depth: int) -> object:
    """The value as JSON, cut to a few levels and items: YAML aliases can multiply without end."""
    if isinstance(value, Mapping) and depth:
        items = list(value.items())[:MAX_ITEMS]
        return {normalise(str(name)[:MAX_VALUE]): _plain(item, depth - 1) for name, item in items}
    if isinstance(value, list | tuple) and depth:
        return [_plain(item, depth - 1) for item in value[:MAX_ITEMS]]
    return _scalar(value)


def _scalar(value: object) -> str | int | float | None:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, str):
        return normalise(value[:MAX_VALUE])
    if isinstance(value, int) and abs(value) < MAX_INTEGER:
        return value
    return value if isinstance(value, float) and math.isfinite(value) else None
