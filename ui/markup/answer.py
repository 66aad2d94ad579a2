"""An answer as a reader sees it: sentences with their marks and chips, or what is missing."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from rag.reply import Citation, Conflict, Reply, Sentence, Support
from ui import addresses
from ui.markup.chips import Chip, Listed, address_of, chips, listed
from ui.markup.environment import render
from ui.markup.meta import meta
from ui.plain import plain, shortened
from ui.pointed import Pointed, by_number, pointed_sentence

FIRST_WORDS = 240
"""Characters of a nearest paragraph."""

_NUMBERED = re.compile(r"\s*\[(\d+)\]")

MARKS: dict[Support, str] = {
    "supported": "supported by the cited paragraph",
    "partial": "only partly supported by the cited paragraph",
    "unsupported": "not in the sources",
}


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    words: Pointed
    support: Support
    mark: str
    chips: Sequence[Chip]
    kind: str = "sentence"


@dataclass(frozen=True, slots=True)
class _Side:
    party: str
    claim: str
    chips: Sequence[Chip]


@dataclass(frozen=True, slots=True)
class _Differing:
    topic: str
    sides: Sequence[_Side]
    kind: str = "conflict"


@dataclass(frozen=True, slots=True)
class _Near:
    listed: Listed
    words: str


def answer_html(
    reply: Reply,
    exchange: str,
    *,
    sentences: int | None = None,
    waiting: bool = False,
    suggestions: Sequence[str] = (),
    sources: bool = True,
    acts: bool = True,
) -> Markup:
    """Return an answer as one block of HTML without blank lines; `reply` may be a part of one.

    `sentences`: only so many of them, and nothing below; `waiting`: more is to come. `sources`:
    list them, or what comes nearest, below. `acts`: with links to edit the question (`#edit`) and
    to ask a suggested one (`#ask`), which the page that holds the answer must obey.
    """
    whole = sentences is None and not waiting
    blocks = list(_blocks(reply, exchange, sentences))
    abstained = reply.status == "abstained"
    return render(
        "answer.html.j2",
        exchange=exchange,
        understood=_understood(reply),
        acts=acts,
        abstained=abstained,
        blocks=blocks,
        waiting=waiting,
        whole=whole,
        missing=[_sentence(words) for words in reply.missing],
        nearest=[_near(citation, exchange) for citation in reply.nearest]
        if abstained and sources
        else (),
        suggestions=[plain(question) for question in suggestions],
        notes=list(_notes(reply, blocks)),
        sources=_listed(reply.citations, exchange) if sources and not abstained else (),
        meta=meta(reply),
    )


def sources_html(citations: Sequence[Citation]) -> Markup:
    """Return what is being read, to be shown before the first sentence."""
    lines = [
        listed(c, addresses.paragraph(c.article_id, c.version, c.paragraph)) for c in citations
    ]
    return render("reading.html.j2", sources=lines)


def _understood(reply: Reply) -> str | None:
    leant = reply.standalone_question.split() != reply.question.split()
    return reply.standalone_question if leant else None


def _blocks(reply: Reply, exchange: str, most: int | None) -> Iterator[_Line | _Differing]:
    """Yield sentences and, in place of those that tell of conflicts, the accounts side by side."""
    left = list(reply.conflicts)
    cited = by_number(reply.citations)
    for number, sentence in enumerate(reply.sentences[:most], start=1):
        conflict = next((c for c in left if _tells(sentence, c)), None)
        if conflict is None:
            yield _Line(
                number=number,
                words=_pointed_words(sentence, cited),
                support=sentence.support,
                mark=MARKS[sentence.support],
                chips=chips(sentence.citations, cited, exchange),
            )
        else:
            left.remove(conflict)
            yield _differing(conflict, cited, exchange)
    if most is None:
        yield from (_differing(conflict, cited, exchange) for conflict in left)


def words_of(sentence: Sentence) -> str:
    """Return a sentence's words on one line, without the markers that its chips stand for."""
    own = set(sentence.citations)

    def without(found: re.Match[str]) -> str:
        return "" if int(found[1]) in own else found[0]

    return _NUMBERED.sub(without, plain(sentence.text)).strip()


def _pointed_words(sentence: Sentence, cited: dict[int, Citation]) -> Pointed:
    """Return `words_of` with the exact answer, if they are the sentence's words unchanged."""
    words, found = words_of(sentence), pointed_sentence(sentence, cited)
    return found if str(found) == words else Pointed(words)


def _tells(sentence: Sentence, conflict: Conflict) -> bool:
    """Whether a sentence is the one that `rag.conflicts.telling` wrote for a conflict."""
    topic = _NUMBERED.sub(
        lambda found: found[0].replace("[", "(").replace("]", ")"), conflict.topic
    )
    return sentence.text.startswith(f"Accounts differ on “{topic}”:")


def _differing(conflict: Conflict, cited: dict[int, Citation], exchange: str) -> _Differing:
    sides = [
        _Side(position.party, position.claim, chips(position.citations, cited, exchange))
        for position in conflict.positions
    ]
    return _Differing(conflict.topic, sides)


def _near(citation: Citation, exchange: str) -> _Near:
    line = listed(citation, address_of(citation, exchange, nearest=True))
    return _Near(line, shortened(plain(citation.text), FIRST_WORDS))


def _listed(citations: Sequence[Citation], exchange: str) -> list[Listed]:
    return [listed(c, address_of(c, exchange)) for c in citations]


def _notes(reply: Reply, blocks: Sequence[_Line | _Differing]) -> Iterator[str]:
    """Yield why the answer is as it is, and how much of it was left out."""
    if reply.notice:
        yield reply.notice
    drafts = any(isinstance(b, _Line) and b.support == "unsupported" for b in blocks)
    if reply.withheld and not drafts:
        count = "1 sentence was" if reply.withheld == 1 else f"{reply.withheld} sentences were"
        yield f"{count} left out: not supported by the sources."


def _sentence(words: str) -> str:
    """Return what is missing with a capital letter and a full stop."""
    line = plain(words).strip()
    ends = line.endswith((".", "!", "?"))
    return line[:1].upper() + line[1:] + ("" if ends else ".")
