"""Answers, citations and gold evidence of one question, ready to be shown."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from evals.case import GoldGroup, Place, shown
from evals.gold.articles import ArticleText, Record
from evals.runs.store import Answered
from rag.reply import Citation

Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph: whether it is quoted, and whether it is gold evidence."""

    text: str
    quoted: bool = False
    gold: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A paragraph with its marks; together the pieces are the paragraph."""

    title: str
    published: str | None
    paragraph: int
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation; `gold` says that its paragraph holds some gold evidence."""

    n: int
    excerpt: Excerpt
    quote: str
    gold: bool


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence of an answer."""

    text: str
    citations: tuple[int, ...]
    support: str


@dataclass(frozen=True, slots=True)
class Given:
    """What a run gave to a question; `error` stands in place of all else."""

    status: str
    confidence: float | None = None
    sentences: tuple[Said, ...] = ()
    citations: tuple[Cited, ...] = ()
    missing: tuple[str, ...] = ()
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Reached:
    """How far one run got to some evidence: the rank of the first passage with it, and cited."""

    rank: int | None
    cited: bool


@dataclass(frozen=True, slots=True)
class Sought:
    """A group of gold evidence: its first place, how many others would do, who reached it."""

    group: str
    excerpt: Excerpt
    quote: str
    others: int
    now: Reached
    before: Reached | None = None


def given(answered: Answered | None, groups: Sequence[GoldGroup], record: Record) -> Given:
    """Return what a run gave, with the quotations and the gold evidence marked."""
    if answered is None or answered.reply is None:
        said = answered.error if answered else None
        return Given("error", error=said or "The run holds no answer to it.")
    reply = answered.reply
    gold = [place for group in groups for place in group.places]
    return Given(
        status=reply.status,
        confidence=reply.confidence,
        sentences=tuple(Said(s.text, tuple(s.citations), s.support) for s in shown(reply))
        or ((Said(reply.answer, (), ""),) if reply.answer else ()),
        citations=tuple(_cited(citation, gold, record) for citation in reply.citations),
        missing=tuple(reply.missing),
    )


def sought(
    groups: Sequence[GoldGroup],
    record: Record,
    now: Answered | None,
    before: Answered | None = None,
    *,
    compared: bool = False,
) -> tuple[Sought, ...]:
    """Return the evidence that had to be found; `before` counts only if two runs are compared."""
    found = []
    for group in groups:
        excerpts = [(place, _excerpt(place, record)) for place in group.places]
        place, excerpt = next(((p, e) for p, e in excerpts if e is not None), (None, None))
        if place is None or excerpt is None:
            continue
        found.append(
            Sought(
                group=group.name,
                excerpt=excerpt,
                quote="".join(piece.text for piece in excerpt.pieces if piece.gold),
                others=len(group.places) - 1,
                now=_reached(now, group, record),
                before=_reached(before, group, record) if compared else None,
            )
        )
    return tuple(found)


def marked(
    text: str, base: int, quoted: Iterable[Stretch], gold: Iterable[Stretch]
) -> tuple[Piece, ...]:
    """Cut a text at the borders of what is quoted and gold; stretches count `base` more."""
    quotes, golds = _within(text, base, quoted), _within(text, base, gold)
    cuts = sorted({0, len(text), *(cut for both in (*quotes, *golds) for cut in both)})
    return tuple(
        Piece(text[a:b], _holds(quotes, a, b), _holds(golds, a, b)) for a, b in pairwise(cuts)
    )


def _within(text: str, base: int, stretches: Iterable[Stretch]) -> list[Stretch]:
    cut = [(max(0, start - base), min(len(text), end - base)) for start, end in stretches]
    return [(start, end) for start, end in cut if start < end]


def _holds(stretches: Sequence[Stretch], start: int, end: int) -> bool:
    return any(a <= start and end <= b for a, b in stretches)


def _cited(citation: Citation, gold: Sequence[Place], record: Record) -> Cited:
    base = _base(citation, record.find(citation.article_id))
    if base is None:
        # The record has another text there: the quotation is found by its words, gold is not.
        start = citation.text.find(citation.quote)
        quoted = [(start, start + len(citation.quote))] if start >= 0 else []
        pieces = marked(citation.text, 0, quoted, ())
    else:
        places = [(p.start, p.end) for p in gold if p.article == citation.article_id]
        pieces = marked(citation.text, base, [(citation.start, citation.end)], places)
    excerpt = Excerpt(citation.title, citation.published, citation.paragraph, pieces)
    return Cited(citation.n, excerpt, citation.quote, any(piece.gold for piece in pieces))


def _base(citation: Citation, article: ArticleText | None) -> int | None:
    """Where the cited paragraph begins in the record, or None if it is not there any more."""
    for paragraph in article.paragraphs if article else ():
        if paragraph.number == citation.paragraph and article is not None:
            return paragraph.start if article.slice(paragraph) == citation.text else None
    return None


def _excerpt(place: Place, record: Record) -> Excerpt | None:
    article = record.find(place.article)
    if article is None:
        return None
    touched = [p for p in article.paragraphs if p.start < place.end and place.start < p.end]
    if not touched:
        return None
    start, end = touched[0].start, touched[-1].end
    pieces = marked(article.text[start:end], start, (), [(place.start, place.end)])
    return Excerpt(article.title, article.published, touched[0].number, pieces)


def _reached(answered: Answered | None, group: GoldGroup, record: Record) -> Reached:
    if answered is None:
        return Reached(None, cited=False)
    ranks = (
        rank
        for rank, found in enumerate(answered.retrieved, start=1)
        if any(found.place.overlap(place) for place in group.places)
    )
    citations = answered.reply.citations if answered.reply else []
    cited = any(_cited(citation, group.places, record).gold for citation in citations)
    return Reached(next(ranks, None), cited)
