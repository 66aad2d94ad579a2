"""What an article's own heading says of the events it tells and the documents behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from ui.dates import readable
from ui.markup.web_address import web_address
from ui.plain import plain, shortened
from ui.render import joined

FEW = 3
"""Up to so many days of events are each told."""

MOST = 50
"""Documents listed."""

LONGEST = 300
"""Characters told of one document."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document that an article says it was made from; `address` only if it can be linked."""

    told: str
    address: str | None


def events_in_words(extra: Mapping[str, object]) -> str | None:
    """Return the days of the events told, or the first and the last; None if it names none."""
    days = sorted(set(_days(extra.get("event_dates"))))
    if not days:
        return None
    told = [str(readable(day.isoformat())) for day in days]
    return ", ".join(told) if len(told) <= FEW else f"{told[0]} to {told[-1]}"


def _days(given: object) -> Iterator[date]:
    for value in given if isinstance(given, list | tuple) else ():
        try:
            yield date.fromisoformat(str(value))
        except ValueError:
            continue


def documents(extra: Mapping[str, object]) -> list[Document]:
    """Return the documents under `based_on`; what has another shape is passed over."""
    given = extra.get("based_on")
    kept = given[:MOST] if isinstance(given, list) else []
    return [document for document in map(_document, kept) if document.told]


def _document(given: object) -> Document:
    if not isinstance(given, Mapping):
        return Document(shortened(plain(str(given)), LONGEST), None)
    title, publisher, day, url = (given.get(name) for name in ("title", "publisher", "date", "url"))
    told = joined(_text(title), _text(publisher), readable(_text(day)))
    return Document(shortened(told, LONGEST), web_address(_text(url)))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
