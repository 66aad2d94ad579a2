"""The source pane: an article with one paragraph framed and the cited words highlighted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from markupsafe import Markup

from rag.deep_link import deep_link
from rag.library.rows import VersionInfo, VersionText
from ui import addresses
from ui.article_text import require_paragraph
from ui.dates import readable
from ui.markup.copying import citation_text
from ui.markup.environment import render
from ui.markup.excerpt import Excerpt, excerpt
from ui.markup.provenance import Document, documents, events_in_words
from ui.markup.web_address import host_of, web_address
from ui.plain import plain
from ui.store.records import Exchange

PARAGRAPHS = 400
"""Paragraphs shown of one article, the framed one among them."""

CHARACTERS = 400_000
"""Characters after which no further paragraph is shown."""

PARAGRAPH_CHARACTERS = 20_000
"""Characters shown of one paragraph."""


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    address: str
    speaker: str | None
    words: Excerpt
    length: int
    framed: bool


@dataclass(frozen=True, slots=True)
class _Turning:
    """Where a citation stands among those of its answer, and the addresses of its neighbours."""

    answer: str
    told: str
    previous: str | None = None
    next: str | None = None


@dataclass(frozen=True, slots=True)
class _Heading:
    title: str
    facts: Sequence[str]
    published: str | None
    day: str | None
    events: str | None
    documents: Sequence[Document]
    version: str
    changed: str | None
    removed: bool


def source_html(
    version: VersionText,
    *,
    number: int,
    exact: tuple[int, int] | None,
    answer: tuple[int, int] | None = None,
    exchange: Exchange | None,
    citation: int | None,
    nearest: bool = False,
    newest: int,
    base: str = "",
    today: date | None = None,
    alone: bool = False,
) -> Markup:
    """Return a version of an article with paragraph `number` framed (`<p class="framed">`).

    `exact`: offsets into the version's text of the words to highlight; `answer`: of those of them
    that are the exact answer. `exchange` and `citation`: the answer that cites it, or with
    `nearest` shows it as near. `newest`: the article's latest version. `base`: scheme and host
    put before the permalink in the text to copy; `today`: its date of access. `alone`: on a page
    of its own, which opens at the framed paragraph without a script. Raises NotInLibrary for a
    paragraph that it has not.
    """
    require_paragraph(version, number)
    info = version.info
    first, last = _window(version, number)
    permalink = _permalink(version, number, exchange, citation, nearest=nearest)
    original = _original(version, number, exact)
    return render(
        "source.html.j2",
        heading=_heading(info, newest),
        turning=_turning(exchange, citation, nearest=nearest),
        number=number,
        total=len(version.paragraphs),
        speaker=version.paragraph(number).speaker,
        permalink=permalink,
        original=original,
        host=host_of(original) if original else None,
        unlinked=plain(info.url or "") if info.url and not original else None,
        copied=citation_text(
            version, number, exact, address=original or base + permalink, today=today or _today()
        ),
        alone=alone,
        rows=_rows(version, range(first, last + 1), number, exact, answer),
        earlier=_paragraph(version, first - 1) if first > 1 else None,
        later=_paragraph(version, last + 1) if last < len(version.paragraphs) else None,
        most=PARAGRAPH_CHARACTERS,
    )


def _today() -> date:
    return datetime.now(UTC).date()


def _paragraph(version: VersionText, number: int) -> str:
    return addresses.paragraph(version.info.article_id, version.info.number, number)


def _permalink(
    version: VersionText,
    number: int,
    exchange: Exchange | None,
    citation: int | None,
    *,
    nearest: bool,
) -> str:
    if exchange is None or citation is None:
        return _paragraph(version, number)
    of = addresses.nearest if nearest else addresses.citation
    return of(exchange.id, citation)


def _original(version: VersionText, number: int, exact: tuple[int, int] | None) -> str | None:
    """Return the original's address at the words, or at the paragraph, if it is a web address."""
    paragraph = version.paragraph(number)
    start, end = exact or (paragraph.start, paragraph.end)
    end = min(end, paragraph.end)
    # Only its edges are in the link; a paragraph may have millions of characters.
    link = deep_link(
        web_address(version.info.url),
        version.text[start:end],
        prefix=version.text[max(paragraph.start, start - 200) : start],
        suffix=version.text[end : min(paragraph.end, end + 200)],
    )
    return web_address(link)


def _turning(exchange: Exchange | None, citation: int | None, *, nearest: bool) -> _Turning | None:
    if exchange is None or citation is None:
        return None
    shown = exchange.reply.nearest if nearest else exchange.reply.citations
    of = addresses.nearest if nearest else addresses.citation
    numbers = sorted({c.n for c in shown} | {citation})
    at = numbers.index(citation)
    name = "Nearest paragraph" if nearest else "Citation"
    return _Turning(
        answer=addresses.answer(exchange.id),
        told=f"{name} {at + 1} of {len(numbers)}",
        previous=of(exchange.id, numbers[at - 1]) if at else None,
        next=of(exchange.id, numbers[at + 1]) if at + 1 < len(numbers) else None,
    )


def _heading(info: VersionInfo, newest: int) -> _Heading:
    added = readable(info.added_at)
    version = f"Version {info.number} of {max(newest, info.number)}"
    changed = addresses.changes(info.article_id, info.number, newest)
    return _Heading(
        title=plain(info.title).strip() or plain(info.source),
        facts=[plain(fact) for fact in (info.outlet, info.author, info.kind) if fact],
        published=readable(info.published),
        day=info.published,
        events=events_in_words(info.extra),
        documents=documents(info.extra),
        version=f"{version}, added {added}" if added else version,
        changed=changed if newest > info.number else None,
        removed=info.removed,
    )


def _window(version: VersionText, number: int) -> tuple[int, int]:
    """Return the first and last paragraph shown: outward from the framed one to the bounds."""
    first = last = number
    total = len(version.paragraphs)
    spent = _size(version, number)
    while last - first + 1 < min(PARAGRAPHS, total) and spent < CHARACTERS:
        before = first > 1 and (last == total or number - first <= last - number)
        first, last = (first - 1, last) if before else (first, last + 1)
        spent += _size(version, first if before else last)
    return first, last


def _size(version: VersionText, number: int) -> int:
    paragraph = version.paragraph(number)
    return min(paragraph.end - paragraph.start, PARAGRAPH_CHARACTERS)


def _rows(
    version: VersionText,
    numbers: range,
    framed: int,
    exact: tuple[int, int] | None,
    answer: tuple[int, int] | None,
) -> list[_Row]:
    return [
        _Row(
            number=number,
            address=_paragraph(version, number),
            speaker=_speaker(version, number, first=numbers.start, framed=framed),
            words=_words(version, number, exact, answer),
            length=version.paragraph(number).end - version.paragraph(number).start,
            framed=number == framed,
        )
        for number in numbers
    ]


def _speaker(version: VersionText, number: int, *, first: int, framed: int) -> str | None:
    """Return who speaks where that changes, and of the framed paragraph always."""
    speaker = version.paragraph(number).speaker
    same = number > first and version.paragraph(number - 1).speaker == speaker
    return None if same and number != framed else speaker


def _words(
    version: VersionText,
    number: int,
    exact: tuple[int, int] | None,
    answer: tuple[int, int] | None,
) -> Excerpt:
    paragraph = version.paragraph(number)
    start, end = exact or (0, 0)
    start, end = max(start, paragraph.start), min(end, paragraph.end)
    if start >= end:
        start = end = paragraph.start
    first = paragraph.start
    return excerpt(
        version.slice(paragraph),
        start - first,
        end - first,
        most=PARAGRAPH_CHARACTERS,
        answer=(answer[0] - first, answer[1] - first) if answer else None,
    )
