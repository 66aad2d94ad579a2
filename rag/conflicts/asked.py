"""What a question wants counted: the thing, what was done with it, and who or where."""

import re
from dataclasses import dataclass

from rag.analysis import STOP_WORDS, content_terms, stem
from rag.conflicts.actions import ACTION, Action, action_of
from rag.conflicts.figures import PEOPLE, UNTOLD, noun_phrase
from rag.question import Question

_COUNTED = re.compile(
    r"\bhow many\s+(?:of (?:the|its|their|them)\s+)?"
    r"|\b(?:number|count|total|share|percentage|proportion) of\s+(?:the |all )?"
    r"|\bhow much of (?:the )?",
    re.IGNORECASE,
)
_SHARE = re.compile(
    r"%|\bper ?cent|\bpercentage|\bproportion\b|\bshare of\b|\bturnout\b", re.IGNORECASE
)
_TURNOUT = re.compile(r"\bturnout\b|\b(?:voted|participation)\b", re.IGNORECASE)
_TOLL = re.compile(r"\b(?:death )?toll\b", re.IGNORECASE)
_ACTOR = re.compile(
    r"\b(?:did|do|does|has|have|had|from|by)\s+(?:the )?(?P<who>[A-Za-z][\w’'-]+)", re.IGNORECASE
)
_PLACE = re.compile(r"\b(?:in|inside)\s+(?:the )?(?P<place>[A-Za-z][\w’'-]+)", re.IGNORECASE)
# Words of a question about figures that name nothing which could be counted.
_EMPTY = frozenset(
    stem(word)
    for word in """
    many much number numbers figure figures count counts counted account accounts differ differs
    different disagree match matches dont doesnt didnt exact exactly really actual actually total
    ive seen say said says give gave given tell who what which whole altogether according toll
    share percentage percent proportion turnout come came get got one two first place made make
    """.split()  # noqa: SIM905 (a list of words reads best as one)
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The measure that a question asks for.

    `thing` and `kinds` as in `Figure`, `named` as the question writes them; `actor` is who does it;
    `about` are the index forms of the question's other words.
    """

    thing: str
    named: str
    kinds: frozenset[str]
    percent: bool
    action: Action | None
    actor: str | None
    about: frozenset[str]


def asked_measure(question: Question) -> Asked | None:
    """Return what the question wants counted, or None if it asks for no count."""
    text = question.text
    percent = _SHARE.search(text) is not None
    counted = _COUNTED.search(text)
    phrase: list[str] = []
    named = ""
    if counted is not None:
        phrase, length = noun_phrase(text[counted.end() :])
        named = text[counted.end() :][:length].strip()
    found = [action_of(match) for match in ACTION.finditer(text, counted.end() if counted else 0)]
    action = found[0] if found else None
    if percent and _TURNOUT.search(text):
        phrase, action = [], "vote"
    elif not phrase and ((counted and action == "kill") or _TOLL.search(text)):
        phrase, action = [PEOPLE], "kill"
    if not phrase and not (percent and action):
        return None
    used = {*phrase, *_EMPTY, *_of_action(text)}
    actor = _ACTOR.search(text)
    return Asked(
        phrase[-1] if phrase else "",
        named,
        frozenset(phrase[:-1]) - UNTOLD,
        percent,
        action,
        stem(actor["who"].lower()) if actor and actor["who"].lower() not in STOP_WORDS else None,
        frozenset(term for term in question.topic if term not in used and not term.isdigit()),
    )


def _of_action(text: str) -> set[str]:
    return {term for match in ACTION.finditer(text) for term in content_terms(match.group())}
