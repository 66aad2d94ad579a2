"""A conversation as Markdown, its references as footnotes (GitHub's and Pandoc's).

A footnote is one paragraph with line breaks, begun in our own words: a reader that knows no
footnotes shows it as that, and can take none for the definition of a link.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from evals.report.visible import one_line
from rag.reply import Conflict, Sentence
from ui.export import wording
from ui.export.record import NOTHING_ASKED, Record
from ui.export.references import Reference, References, references
from ui.store.records import Exchange

_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&$^@]|:(?=\S)(?!(?<=\d:)\d)|(?<=\w)\.(?=[^\W\d_])")
"""What marks something up, and what makes a link of an address: `https:/`, `www.a`, `b@c`."""

_BLOCK = re.compile(r"^(?:[0-9]+(?=[.)])|(?=[-+=:]))")
"""What may begin a list, a rule or a heading where a line starts."""

_RIGHT_TO_LEFT = {"R", "AL"}
_ISOLATE, _END = "\N{FIRST STRONG ISOLATE}", "\N{POP DIRECTIONAL ISOLATE}"


def escaped(text: str) -> str:
    """Return a text of others on one line, as words alone, wherever in a line it stands.

    Text that runs right to left is isolated, so that it does not reorder what is around it.
    """
    line = one_line(text)
    safe = _BLOCK.sub(r"\g<0>\\", _SPECIAL.sub(r"\\\g<0>", line))
    return f"{_ISOLATE}{safe}{_END}" if _runs_left(line) else safe


def _runs_left(text: str) -> bool:
    return not text.isascii() and any(
        unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text
    )


def write(record: Record) -> str:
    """Return the file's text."""
    blocks = [f"# {escaped(record.conversation.title) or 'Conversation'}"]
    if not record.exchanges:
        return "\n\n".join([*blocks, NOTHING_ASKED]) + "\n"
    blocks.append(wording.exported(record))
    notes: list[str] = []
    for number, exchange in enumerate(record.exchanges, start=1):
        known = references(number, exchange)
        blocks += _answer(record, number, exchange, known)
        notes += (_footnote(record, exchange, reference) for reference in known.all)
    if notes:
        blocks += ["## References", *notes]
    return "\n\n".join(blocks) + "\n"


def _answer(record: Record, number: int, exchange: Exchange, known: References) -> Iterator[str]:
    reply = exchange.reply
    yield f"## {number}. {escaped(reply.question)}"
    if (standalone := wording.understood(reply)) is not None:
        yield f"Understood as: {escaped(standalone)}"
    if reply.status == "abstained":
        yield f"**{escaped(reply.answer) or wording.DECLINED}**"
    if reply.sentences:
        yield "\n".join(_sentence(sentence, known) for sentence in reply.sentences)
    for conflict in reply.conflicts:
        yield _conflict(conflict, known)
    if reply.missing:
        yield _list(wording.MISSING, map(escaped, reply.missing))
    if known.nearest:
        yield _list(wording.NEAREST, map(_near, known.nearest))
    link = record.permalink(exchange)
    about = [*map(escaped, wording.notes(exchange)), *([f"Permalink: <{link}>"] if link else [])]
    yield "\\\n".join(about)


def _sentence(sentence: Sentence, known: References) -> str:
    words = escaped(wording.words_of(sentence))
    mark = wording.support(sentence)
    told = f" *({mark})*" if mark else ""
    return f"{words}{told}{_marks(known.of(sentence.citations))}"


def _marks(cited: Iterable[Reference]) -> str:
    return "".join(f" [^{reference.label}]" for reference in cited)


def _conflict(conflict: Conflict, known: References) -> str:
    accounts = (
        f"{escaped(party.party)}: {escaped(party.claim)}{_marks(known.of(party.citations))}"
        for party in conflict.positions
    )
    return _list(f"Accounts differ on {escaped(conflict.topic)}", accounts)


def _near(reference: Reference) -> str:
    where = wording.paragraphs(reference.paragraphs)
    return f"“{escaped(reference.citation.title)}”, {where}{_marks([reference])}"


def _list(heading: str, items: Iterable[str]) -> str:
    return "\n".join([f"**{heading}:**\n", *(f"- {item}" for item in items)])


def _footnote(record: Record, exchange: Exchange, reference: Reference) -> str:
    citation = reference.citation
    where = wording.paragraphs(reference.paragraphs).capitalize()
    facts = ", ".join(map(escaped, wording.facts(reference)))
    lines = [
        f"[^{reference.label}]: {where} of “{escaped(citation.title)}”, {facts}.",
        f"Quotation: {escaped(citation.quote)}",
        f"Article: {escaped(wording.article(reference))}",
    ]
    if reference.url:
        lines.append(f"Original: <{reference.url}>")
    if reference.deep_link and reference.deep_link != reference.url:
        lines.append(f"At this passage: <{reference.deep_link}>")
    lines.append(f"{escaped(wording.dates(record, exchange))}.")
    return "\\\n    ".join(lines)
