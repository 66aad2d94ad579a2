"""Find a claim of one party and its denial by another, where they stand side by side."""

import re
from collections.abc import Sequence

from rag.analysis import content_terms, stem
from rag.conflicts.parties import party_of, same_party, subject_of
from rag.conflicts.positions import Disagreement, Side
from rag.names import Name, initials_of, is_named
from rag.question import Question
from rag.select import Candidate
from rag.sentences import sentence_spans

ABOUT = 0.6
"""Share of the question's words that the claim and the denial must hold themselves."""

FEWEST_SHARED = 2
"""Words of the question that they must hold at least."""

_CUT = re.compile(r"; |, (?=(?:while|whereas|but|which|and) )")
_DENIES = re.compile(
    r"\b(?:denie[sd]|has denied|have denied|disput(?:es|ed)|contradict(?:s|ed)"
    r"|reject(?:s|ed) (?:this|that|it|the (?:claim|account|accusation|charge|allegation"
    r"|statement|report|suggestion|finding)s?))\b"
    r"(?! (?:entry|access|permission|bail|freedom|him|her|them|leave|visas?|in part)\b)"
)
_NOT_DENIED = re.compile(
    r"\b(?:n(?:or|either|ever|ot|obody|o one)|be|been|being|was|were|is|are|of)\b[^,;]*$",
    re.IGNORECASE,
)
# What was denied is what was just said: "denied it", "denied any part in it", "rejected this".
_POINTS_BACK = re.compile(
    r"^\W*(?:this|that(?! \w+ (?:had|was|were|has|is))|it\b(?! had)|them|both|all of"
    r"|the (?:claim|account|charge|accusation|allegation|report|extent)"
    r"|(?:any|having any) (?:part|role|involvement|link|knowledge))\b"
)
_WORD = re.compile(r"[\w’'-]+")
_EMPTY = frozenset(map(stem, ("really", "actually", "account", "accounts", "differ", "dispute")))


def find_denials(question: Question, ranked: Sequence[Candidate]) -> tuple[Disagreement, ...]:
    """Return at most one claim with its denial: the nearest whose words are the question's."""
    if question.wants not in ("other", "person"):
        return ()
    for candidate in ranked:
        pair = _claim_and_denial(candidate)
        if pair is not None and _is_about(question, pair):
            return (Disagreement(_topic(question, pair), pair),)
    return ()


def _claim_and_denial(candidate: Candidate) -> tuple[Side, Side] | None:
    version, place = candidate.version, candidate.sentence
    denial = _DENIES.search(candidate.text)
    if denial is None or _NOT_DENIED.search(candidate.text[: denial.start()]):
        return None
    cuts = [cut for cut in _CUT.finditer(candidate.text) if cut.end() <= denial.start()]
    start = place.start + (cuts[-1].end() if cuts else 0)
    denier = subject_of(version.text[start : place.start + denial.start()])
    paragraph = version.paragraph(place.paragraph)
    before = version.text[paragraph.start : place.start]
    if cuts:
        first, last = place.start, place.start + cuts[-1].start()
    else:
        spans = sentence_spans(before)
        if not spans:
            return None
        first, last = paragraph.start + spans[-1][0], paragraph.start + spans[-1][1]
    said = version.text[first:last]
    claimant = party_of(said, version.text[paragraph.start : first])
    if not denier or not claimant or same_party(denier, claimant) or _DENIES.search(said):
        return None
    denied = candidate.text[denial.end() :]
    if not (_POINTS_BACK.match(denied) or " " in denial.group() or _is_same(said, denied, denier)):
        return None
    return (
        Side(claimant, said, version, first, last),
        Side(denier, version.text[start : place.end], version, start, place.end),
    )


def _is_same(said: str, denied: str, denier: str) -> bool:
    """Whether a claim and what is denied share words besides the name of who denies."""
    shared = set(content_terms(said)) & set(content_terms(denied)) - set(content_terms(denier))
    return len(shared) >= FEWEST_SHARED


def _is_about(question: Question, pair: tuple[Side, Side]) -> bool:
    both = " ".join(side.claim for side in pair)
    present, initials = frozenset(content_terms(both)), initials_of(both)
    wanted = set(question.topic) - _EMPTY
    held = {term for term in wanted if is_named(Name(term, term, 0, 0), present, initials)}
    enough = len(held) >= max(FEWEST_SHARED, ABOUT * len(wanted))
    return enough and question.names & wanted <= held


def _topic(question: Question, pair: tuple[Side, Side]) -> str:
    """Return what is denied, from the first to the last word that the question has too."""
    wanted = set(question.topic)
    for text in (_DENIES.split(pair[1].claim)[-1], pair[0].claim):
        shared = [m for m in _WORD.finditer(text) if stem(m.group().lower()) in wanted]
        if shared:
            return text[shared[0].start() : shared[-1].end()]
    return " ".join(question.topic)
