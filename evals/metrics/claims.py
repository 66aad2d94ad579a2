"""What an answer claims, sentence by sentence, and which citations it gives for it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from evals.case import Case, shown
from evals.metrics.metric import NA, Score
from rag.analysis import words
from rag.sentences import sentence_spans

_MARKER = re.compile(r"\[\s*(\d+(?:\s*[,;]\s*\d+)*)\s*\]")
_MARKERS_BEHIND = re.compile(rf"([.!?…][\"”’»)]*)((?:\s*{_MARKER.pattern})+)")
_BEFORE_STOP = re.compile(r" (?=[.,;:!?…])")

UNCITED = Score(0.0, 0.0, 1.0, note="nothing is cited")


@dataclass(frozen=True, slots=True)
class Claim:
    """A sentence without its markers, and the numbers that it cites, each once."""

    text: str
    cites: tuple[int, ...] = ()


def markers(text: str) -> list[int]:
    """Return the numbers of every `[n]` and `[n, m]` in a text, in order."""
    return [int(n) for found in _MARKER.finditer(text) for n in re.findall(r"\d+", found.group(1))]


def _bare(text: str) -> str:
    return _BEFORE_STOP.sub("", " ".join(_MARKER.sub(" ", text).split()))


def claims(case: Case) -> list[Claim]:
    """Return what the reply claims; empty if it claims nothing.

    These are its sentences, and what its answer says beyond them on whichever line. A refusal's
    own words claim nothing, unless they cite something.
    """
    reply, found = case.reply, list[Claim]()
    for sentence in shown(reply):
        _add(found, sentence.text, sentence.citations)
    known = f" {' '.join(words(' '.join(claim.text for claim in found)))} "
    for text in _sentences(reply.answer):
        said = f" {' '.join(words(_bare(text)))} "
        if said not in known and (markers(text) or not case.abstained):
            _add(found, text, ())
    return found


def _add(found: list[Claim], text: str, citations: Iterable[int]) -> None:
    cites = tuple(dict.fromkeys([*citations, *markers(text)]))
    if words(_bare(text)):
        found.append(Claim(_bare(text), cites))
    elif found and cites:  # markers alone belong to what stands before them
        last = found.pop()
        found.append(Claim(last.text, tuple(dict.fromkeys(last.cites + cites))))


def _sentences(answer: str) -> Iterator[str]:
    """Yield the sentences of a text, each with the markers that stand behind its full stop."""
    for line in answer.splitlines():
        moved = _MARKERS_BEHIND.sub(lambda m: f"{m.group(2)}{m.group(1)}", line)
        for start, end in sentence_spans(moved):
            if words(_bare(moved[start:end])):
                yield moved[start:end]


def emitted(case: Case) -> list[int]:
    """Return every citation number that the reply shows, each once, ascending.

    In the answer's text, its sentences, the positions of a conflict and the list of citations.
    """
    reply = case.reply
    found = set(markers(reply.answer)) | {citation.n for citation in reply.citations}
    for sentence in shown(reply):
        found |= {*sentence.citations, *markers(sentence.text)}
    for conflict in reply.conflicts:
        for position in conflict.positions:
            found |= {*position.citations, *markers(position.claim)}
    return sorted(found)


def strays(case: Case, claimed: Iterable[Claim]) -> set[int]:
    """Return the numbers in the answer's text that belong to none of the claims."""
    return set(markers(case.reply.answer)) - {n for claim in claimed for n in claim.cites}


def unclaimed(case: Case) -> Score:
    """Return the score of a reply that claims nothing.

    `na`, but 0 for an empty answer to an answerable question: that is an item, not a skip.
    """
    if case.question.answerable and not case.abstained:
        return Score(0.0, 0.0, 1.0, note="the answer is empty")
    return NA
