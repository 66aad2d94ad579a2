"""What a question asks for: its words, names, quoted phrases, times and kind of answer."""

import re
from dataclasses import dataclass
from typing import Literal

from rag.analysis import STOP_WORDS, content_terms, terms, words
from rag.periods import Period, find_periods, without_periods

Wants = Literal["number", "date", "person", "place", "other"]

_QUOTED = re.compile(r"[\"“«]([^\"”»]{3,80})[\"”»]")
_NAME_WORD = r"[A-Z][\w’'\-]+"
_NAME = re.compile(rf"\b{_NAME_WORD}(?:(?: (?:of|the|al|bin|el|de|for)){{0,2}} {_NAME_WORD})*")
_WANTS: tuple[tuple[Wants, re.Pattern[str]], ...] = (
    (
        "number",
        re.compile(
            r"\bhow (?:many|much|long|far|large|big|often|old|high)\b|\bpercent|\bnumber of\b"
            r"|\bwhat (?:share|percentage|number|proportion|turnout)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "date",
        re.compile(
            r"^\W*when\b|\bwhat (?:day|date|month|year|time)\b|\bsince when\b"
            r"|\bwhich (?:day|month|year)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "person",
        re.compile(
            r"\bwho(?:m|se)?\b"
            r"|\bwhich (?:official|minister|president|leader|senator|general|commander|spokes\w+)"
            r"\b",
            re.IGNORECASE,
        ),
    ),
    (
        "place",
        re.compile(
            r"\bwhere\b|\bwhich (?:city|country|place|countries|cities)\b"
            r"|\bin what (?:city|country)\b",
            re.IGNORECASE,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Question:
    """A standalone question, taken apart.

    `terms` are the index forms of the words that carry meaning, `topic` those that do not name
    a time, `phrases` the runs of index terms
    that belong together (quoted, or a name of several words), `names` the index terms of all
    names, `periods` the times it names.
    """

    text: str
    terms: tuple[str, ...]
    topic: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    names: frozenset[str]
    periods: tuple[Period, ...]
    wants: Wants


def find_names(text: str) -> list[str]:
    """Return the runs of capitalised words, without a first word that is only a sentence's."""
    names = []
    for match in _NAME.finditer(text):
        parts = match.group().split()
        while parts and parts[0].lower() in STOP_WORDS and parts[0] not in {"US", "IT"}:
            parts = parts[1:]
        if parts:
            names.append(" ".join(parts))
    return names


def understand(text: str) -> Question:
    """Take a standalone question apart."""
    names = find_names(without_periods(text))
    several = [tuple(terms(name)) for name in names if len(words(name)) > 1]
    quoted = [tuple(terms(phrase)) for phrase in _QUOTED.findall(text)]
    wants: Wants = next((kind for kind, pattern in _WANTS if pattern.search(text)), "other")
    return Question(
        text=text,
        terms=tuple(content_terms(text)),
        topic=tuple(content_terms(without_periods(text))),
        phrases=tuple(dict.fromkeys(p for p in quoted + several if len(p) > 1)),
        names=frozenset(t for name in names for t in content_terms(name)),
        periods=tuple(found.period for found in find_periods(text)),
        wants=wants,
    )
