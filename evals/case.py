"""What a metric looks at: a gold question, what was found and answered, and the articles."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from evals.gold.anchors import locate
from evals.gold.articles import Record
from evals.gold.question import GoldQuestion
from rag.reply import Citation, Reply, Sentence


@dataclass(frozen=True, slots=True)
class Place:
    """A stretch of an article's clean text, `start` to `end` in characters."""

    article: str
    start: int
    end: int

    def overlap(self, other: "Place") -> int:
        """Return the number of characters that both have."""
        if self.article != other.article:
            return 0
        return max(0, min(self.end, other.end) - max(self.start, other.start))


@dataclass(frozen=True, slots=True)
class GoldGroup:
    """Evidence that must be found: any one of these places."""

    name: str
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One question with all that was stored of its run; what every metric is given.

    `retrieved` are the passages that the engine ranked, best first. `groups` is the gold
    evidence, resolved to places in the articles as they are now.
    """

    question: GoldQuestion
    reply: Reply
    retrieved: tuple[Place, ...] = ()
    groups: tuple[GoldGroup, ...] = ()
    record: Record = field(default_factory=lambda: Record(()))

    @property
    def abstained(self) -> bool:
        """Whether the reply declines to answer."""
        return self.reply.status == "abstained"

    def cited(self, n: int) -> Citation | None:
        """Return the citation of that number, or None if the reply has none."""
        return next((c for c in self.reply.citations if c.n == n), None)


def shown(reply: Reply) -> list[Sentence]:
    """Return the sentences of the answer: a draft that a run kept is no part of it."""
    return [sentence for sentence in reply.sentences if sentence.support != "unsupported"]


def drafts(reply: Reply) -> list[Sentence]:
    """Return the sentences that were withheld, where the run kept them."""
    return [sentence for sentence in reply.sentences if sentence.support == "unsupported"]


def gold_groups(question: GoldQuestion, record: Record) -> tuple[GoldGroup, ...]:
    """Resolve the evidence of a question; a span without a certain place is left out.

    `eval lint` and the start of a run refuse such spans, so that none is lost in silence.
    """
    groups = []
    for group in question.evidence:
        found = [locate(span, record) for span in group.any_of]
        places = [
            Place(f.span.article, f.span.start or 0, f.span.end or 0)
            for f in found
            if f.sure and f.span is not None
        ]
        groups.append(GoldGroup(group.group, tuple(places)))
    return tuple(groups)


def place_of(citation: Citation) -> Place:
    """Return where a citation's quotation stands."""
    return Place(citation.article_id, citation.start, citation.end)


def covered(wanted: Place, found: Sequence[Place]) -> float:
    """Return the share of the characters of `wanted` in the union of the places found."""
    marks = sorted(
        (max(wanted.start, place.start), min(wanted.end, place.end))
        for place in found
        if wanted.overlap(place)
    )
    total, reached = 0, wanted.start
    for start, end in marks:
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total / (wanted.end - wanted.start) if wanted.end > wanted.start else 0.0
