"""What the Library tab shows, as HTML; every text of an article or a reader is escaped."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ingest.paragraphs import SEPARATOR
from ingest.report import Item, Outcome
from rag.library.rows import VersionInfo
from rag.search import PassageFound
from ui import addresses
from ui.dates import readable
from ui.ingestion import Added, Step
from ui.markup.environment import held, said
from ui.plain import plain, shortened
from ui.web.shelf import Listing, Shelf

EXCERPT = 260
"""Characters shown of a passage that was found."""

MOST_ROWS = 200
"""Rows of a report; the rest is counted."""

TITLE = 200
"""Characters of a title in a list."""

_TOLD: Mapping[Outcome, str] = {
    "added": "Added",
    "updated": "New version",
    "unchanged": "Here already",
    "removed": "Removed",
    "skipped": "Skipped",
    "failed": "Not added",
}
# What needs a look comes first.
_ORDER: Sequence[Outcome] = ("failed", "skipped", "updated", "added", "unchanged", "removed")


@dataclass(frozen=True, slots=True)
class _Found:
    address: str
    heading: str
    text: Markup


@dataclass(frozen=True, slots=True)
class _Row:
    outcome: str
    told: str
    title: str
    source: str
    address: str | None
    paragraphs: int
    remarks: Sequence[str]
    copy_of: str | None
    copy_address: str | None


def counts_html(shelf: Shelf) -> Markup:
    """Return how much the library holds, or how to begin."""
    return _made("counts", shelf)


def listing_html(
    listing: Listing,
    passages: Sequence[PassageFound],
    removed: Sequence[VersionInfo],
    problem: str | None = None,
) -> Markup:
    """Return what was found in the text, a page of the table, and what has been removed."""
    words = listing.view.words.casefold().split()
    found = [_found(passage, words) for passage in passages]
    return _made("listing", listing, found, removed, problem)


def progress_html(step: Step, *, stopping: bool = False) -> Markup:
    """Return how far an adding is."""
    return _made("progress", step, stopping)


def report_html(added: Added, shelf: Shelf) -> Markup:
    """Return what an adding did: one sentence, then a row for each article or source."""
    known = {info.article_id: info for info in (*shelf.articles, *shelf.removed)}
    items = sorted(added.items, key=lambda item: _ORDER.index(item.outcome))
    rows = [_row(item, known) for item in items[:MOST_ROWS]]
    return _made("report", _sentence(added), rows, len(items) - len(rows))


def problem_html(sentence: str) -> Markup:
    """Return a sentence about what could not be done."""
    return _made("problem", sentence)


def removed_html(info: VersionInfo) -> Markup:
    """Return that an article was removed, with the way back."""
    return _made("removed_now", info)


def restored_html(info: VersionInfo) -> Markup:
    """Return that an article is back."""
    return _made("restored_now", info)


def pane_html(
    body: Markup,
    info: VersionInfo | None,
    versions: Sequence[VersionInfo],
    *,
    whole: bool = False,
) -> Markup:
    """Return the reading pane around an article, or around a sentence if there is none.

    A `whole` article has no paragraph framed.
    """
    return _made("pane", body, info, versions, _changes, whole)


def _made(macro: str, *values: object) -> Markup:
    template = _environment().get_template("library.html.j2")
    made: Markup = getattr(template.module, macro)(*values)
    return made


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("ui.web", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_final,
    )
    filters: dict[str, Any] = {"readable": readable, "plain": plain, "said": said}
    made.filters |= filters | {"address": _address, "title": _title, "title_text": _title_text}
    return made


def _final(value: object) -> object:
    return held(value) if type(value) is str else value


def _address(info: VersionInfo) -> str:
    return addresses.article(info.article_id, info.number)


def _changes(info: VersionInfo) -> str:
    return addresses.changes(info.article_id, info.number - 1, info.number)


def _title_text(info: VersionInfo) -> str:
    return shortened(plain(info.title).strip(), TITLE) or info.article_id


def _title(info: VersionInfo) -> Markup:
    return said(_title_text(info))


def _found(passage: PassageFound, words: Sequence[str]) -> _Found:
    match = _match(passage.text, words)
    first, last = passage.paragraphs
    number = min(last, first + passage.text.count(SEPARATOR, 0, match.start() if match else 0))
    parts = (passage.title, passage.outlet, readable(passage.published), f"paragraph {number}")
    return _Found(
        addresses.paragraph(passage.article_id, passage.version, number),
        ", ".join(shortened(plain(part), TITLE) for part in parts if part),
        _excerpt(passage.text, match),
    )


def _match(text: str, words: Sequence[str]) -> re.Match[str] | None:
    """Find the longest word looked for that the text has."""
    longest = sorted(words, key=len, reverse=True)
    found = (re.search(rf"\b{re.escape(word)}", text, re.IGNORECASE) for word in longest)
    return next((match for match in found if match), None)


def _excerpt(text: str, match: re.Match[str] | None) -> Markup:
    """Return the text around the word found, that word marked."""
    if match is None:
        return held(shortened(plain(text), EXCERPT))
    start = max(0, match.start() - EXCERPT // 3)
    start = text.find(" ", start, match.start()) + 1 or start if start else 0
    before = ("…" if start else "") + plain(text[start : match.start()])
    after = shortened(plain(text[match.end() :]), EXCERPT - EXCERPT // 3)
    marked = Markup("<mark>{}</mark>").format(held(plain(match.group())))
    return held(before) + marked + held(after)


def _row(item: Item, known: Mapping[str, VersionInfo]) -> _Row:
    info = known.get(item.article_id or "")
    copied = known.get(item.copy_of or "")
    return _Row(
        item.outcome,
        _TOLD[item.outcome],
        shortened(item.title or item.source, TITLE),
        item.source,
        _address(info) if info else None,
        item.paragraphs,
        _remarks(item, info),
        _title_text(copied) if copied else item.copy_of,
        _address(copied) if copied else None,
    )


def _remarks(item: Item, info: VersionInfo | None) -> list[str]:
    """Return why not, or the facts that were found and where."""
    if item.why:
        return [item.why]
    if info is None:
        return []
    facts = {"published": readable(info.published), "outlet": info.outlet, "author": info.author}
    remarks = [
        f"{shortened(fact, TITLE)} ({item.found[name]})" if name in item.found else fact
        for name, fact in facts.items()
        if fact
    ]
    return remarks if info.published else ["no date found", *remarks]


def _sentence(added: Added) -> str:
    counts = added.counts()
    told = [f"{number} {_TOLD[name].lower()}" for name, number in counts.items() if number]
    kept = "1 article is" if added.kept == 1 else f"{added.kept} articles are"
    stopped = f"Stopped; {kept} kept. " if added.stopped else ""
    notice = f" {added.notice}" if added.notice else ""
    return f"{stopped}{', '.join(told).capitalize() or 'Nothing was added'}.{notice}"
