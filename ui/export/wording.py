"""What an export says in words of its own, the same in every format; plain text throughout."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from rag.answerer import EXTRACTIVE
from rag.library.rows import Filters
from rag.reply import Reply, Sentence, Support
from ui.dates import readable
from ui.export.record import Record
from ui.export.references import Reference
from ui.store.records import Exchange

DECLINED = "The articles do not say."
NEAREST = "What comes nearest"
MISSING = "Not in the articles"

_SUPPORT: dict[Support, str | None] = {
    "supported": None,
    "partial": "only partly in the source",
    "unsupported": "a draft that the sources do not support; no part of the answer",
}


def support(sentence: Sentence) -> str | None:
    """Return what is to be said of a sentence that its source does not fully support."""
    return _SUPPORT[sentence.support]


def words_of(sentence: Sentence) -> str:
    """Return the text of a sentence without the markers at its end."""
    markers = "".join(f"[{n}]" for n in sentence.citations)
    text = sentence.text.rstrip()
    return text.removesuffix(markers).rstrip() if markers else text


def understood(reply: Reply) -> str | None:
    """Return how the question was read, if it leant on the conversation."""
    leant = reply.standalone_question.split() != reply.question.split()
    return reply.standalone_question if leant else None


def exported(record: Record) -> str:
    """Return when this was exported, and how much was asked."""
    count = len(record.exchanges)
    asked = "1 question" if count == 1 else f"{count} questions"
    return f"Exported from Dateline on {readable(record.accessed.isoformat())}: {asked}."


def notes(exchange: Exchange) -> Iterator[str]:
    """Yield why the answer is as it is, of what it was asked, and who wrote it."""
    reply, filters = exchange.reply, exchange.asked.filters
    if reply.notice:
        yield reply.notice
    if reply.withheld:
        count = "1 sentence was" if reply.withheld == 1 else f"{reply.withheld} sentences were"
        yield f"{count} left out: not supported by the sources."
    if reply.as_of:
        yield f"As of {readable(reply.as_of)}: no later article was searched."
    if limits := "; ".join(_limits(filters)):
        yield f"Searched only: {limits}."
    if reply.status != "abstained" and reply.generator != EXTRACTIVE:
        yield f"Written by {reply.generator}, every sentence checked against its sources."
    yield f"Asked on {_moment(exchange.asked_at)}, of {reply.library.articles} articles."


def _limits(filters: Filters) -> Iterator[str]:
    if filters.since:
        yield f"published since {readable(filters.since)}"
    if filters.until:
        yield f"published until {readable(filters.until)}"
    named = {
        "outlet": filters.outlets,
        "kind": filters.kinds,
        "speaker": filters.speakers,
        "article": filters.articles,
    }
    for name, values in named.items():
        if values:
            yield f"{name} {listed(values, last='or')}"


def _moment(asked_at: str) -> str:
    """Return an ISO time in UTC as `15 April 2024, 10:04 UTC`; what is none, as it is."""
    try:
        moment = datetime.fromisoformat(asked_at)
    except ValueError:
        return asked_at
    return f"{readable(asked_at)}, {moment:%H:%M} UTC"


def facts(reference: Reference) -> Iterator[str]:
    """Yield what is said of an article after its title."""
    citation = reference.citation
    if citation.outlet:
        yield citation.outlet
    if citation.author:
        yield f"by {citation.author}"
    yield readable(citation.published) or "undated"
    if citation.speaker:
        yield f"speaker: {citation.speaker}"


def article(reference: Reference) -> str:
    """Return which text exactly was cited."""
    citation = reference.citation
    told = f"{citation.article_id}, version {citation.version}"
    return told if reference.file is None else f"{told}, from the file {reference.file}"


def dates(record: Record, exchange: Exchange) -> str:
    """Return the access date and the as-of date of a reference."""
    accessed = readable(record.accessed.isoformat())
    as_of = readable(exchange.reply.as_of or exchange.asked_at)
    return f"Accessed on {accessed}; the answer is as of {as_of}"


def paragraphs(numbers: Iterable[int]) -> str:
    """Return `paragraph 3` or `paragraphs 3, 5 and 9`, in order, each once."""
    told = [str(number) for number in sorted(set(numbers))]
    return f"paragraph{'s' if len(told) > 1 else ''} {listed(told)}"


def listed(words: Sequence[str], *, last: str = "and") -> str:
    """Return `a, b and c`."""
    *most, end = words
    return f"{', '.join(most)} {last} {end}" if most else end
