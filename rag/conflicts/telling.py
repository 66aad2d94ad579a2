"""Put disagreements into a reply: its `conflicts`, their citations, and the words for them."""

import re
from collections.abc import Sequence

from rag.cite import citation
from rag.conflicts.positions import Disagreement, Side
from rag.reply import Citation, Conflict, Position, Sentence

_MARKER = re.compile(r"\[(\d+)\]")


def conflicts_of(
    disagreements: Sequence[Disagreement], cited: Sequence[Citation]
) -> tuple[list[Conflict], list[Citation]]:
    """Return the conflicts with the citations that they add to those of the answer.

    A position whose place the answer already cites takes that citation's number; the others are
    numbered on from the highest.
    """
    known = {(c.article_id, c.version, c.start, c.end): c.n for c in cited}
    number = max(known.values(), default=0)
    conflicts, added = [], []
    for disagreement in disagreements:
        positions = []
        for side in disagreement.positions:
            place = _place(side)
            if place not in known:
                number += 1
                known[place] = number
                added.append(citation(number, side.version, side.start, side.end))
            positions.append(Position(party=side.party, claim=side.claim, citations=[known[place]]))
        conflicts.append(Conflict(topic=disagreement.topic, positions=positions))
    return conflicts, added


def told(conflict: Conflict, answer: str = "") -> Sentence:
    """Return one sentence that gives each account and cites it: "Accounts differ on …".

    An account that stands in the answer word for word is only named.
    """
    accounts = (
        p.party if p.claim in answer else f"{p.party}: “{p.claim.rstrip('.')}”"
        for p in conflict.positions
    )
    text = f"Accounts differ on “{conflict.topic}”: {'; '.join(accounts)}."
    numbers = [n for position in conflict.positions for n in position.citations]
    return Sentence(
        # A bracketed number of an article's title is no marker.
        text=_MARKER.sub(r"(\1)", text),
        citations=list(dict.fromkeys(numbers)),
        support="supported",
        score=1.0,
    )


def _place(side: Side) -> tuple[str, int, int, int]:
    info = side.version.info
    return info.article_id, info.number, side.start, side.end
