"""Whether a text says a thing: patterns on word boundaries, numbers and dates whole, with polarity.

A *pattern* is some words that must stand in a row: compared by stem, numbers by value (`seven`,
`7`), dates by day (`13 April`, `April 13th`), `per cent`, `percent` and `%` as one. A word with a
star at its end stands for every word that begins so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from rag.analysis import stem
from rag.canonical import canonical
from rag.periods import find_periods
from rag.polarity import clauses, is_negative
from rag.sentences import sentence_spans

REACH = 2
"""Sentences in a row in which all patterns of one alternative must stand."""

_YEARS = frozenset(map(str, range(1900, 2100)))
_WORD = re.compile(r"[^\W_]+(?:[.,][0-9]+)*(?:['’][^\W_]+)?\*?")


class Word(NamedTuple):
    """A word in lower case, its stem, and whether it is the day of a date."""

    written: str
    stem: str
    is_day: bool = False


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence between commas and conjunctions."""

    words: tuple[Word, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the patterns see it: sentences of clauses."""

    sentences: tuple[tuple[Clause, ...], ...]


def _words(text: str) -> tuple[Word, ...]:
    days = [found for found in find_periods(text) if found.period.day]
    return tuple(
        Word(
            word, stem(word), word.isdigit() and any(d.start <= match.start() < d.end for d in days)
        )
        for match in _WORD.finditer(text)
        for word in [match.group().lower()]
    )


@lru_cache(maxsize=4096)
def read(text: str) -> Reading:
    """Return a text cut into sentences and clauses."""
    sentences = []
    for line in text.splitlines():
        for start, end in sentence_spans(line):
            pieces = clauses(canonical(line[start:end]))
            sentences.append(tuple(Clause(_words(p), is_negative(p)) for p in pieces))
    return Reading(tuple(sentences))


def _same(word: Word, wanted: Word) -> bool:
    if wanted.written.endswith("*"):
        return word.written.startswith(wanted.written[:-1])
    return word.stem == wanted.stem


def _counts(words: Sequence[Word], wanted: Sequence[Word]) -> bool:
    """Whether these words are the wanted ones; the 7 of "7 October" is no number by itself."""
    if len(wanted) == 1 and words[0].is_day and words[0].written not in _YEARS:
        return False
    return all(map(_same, words, wanted))


def _stands(clauses: Sequence[Clause], pattern: str, negative: bool | None) -> bool:
    """Whether the pattern stands in these clauses where the polarity is the one asked for."""
    wanted = _words(canonical(pattern))
    words = [(word, clause.negated) for clause in clauses for word in clause.words]
    for start in range(len(words) - len(wanted) + 1):
        run = words[start : start + len(wanted)]
        if _counts([word for word, _ in run], wanted):
            negated = any(negated for _, negated in run)
            if negative is None or negated == negative:
                return bool(wanted)
    return False


def says(text: str, pattern: str, *, negative: bool | None = None) -> bool:
    """Whether the pattern stands in the text.

    With `negative` given, it must stand in a clause that has a negation, or in one without.
    """
    clauses = [clause for sentence in read(text).sentences for clause in sentence]
    return _stands(clauses, pattern, negative)


def says_date(text: str, wanted: str) -> bool:
    """Whether the text names a date, compared as fine as `wanted` is (`2024`, `2024-04`, a day).

    A day without a year in the text counts if day and month are right.
    """
    year, month, day = [*map(int, wanted.split("-")), 0, 0][:3]
    years = (None, year) if day else (year,)
    return any(
        p.year in years and (not month or p.month == month) and (not day or p.day == day)
        for p in (found.period for found in find_periods(text))
        if p.year or p.month
    )


def windows(text: str) -> list[str]:
    """Return every run of two sentences of the text (the one sentence where there is but one)."""
    sentences = [line[a:b] for line in text.splitlines() for a, b in sentence_spans(line)]
    last = max(1, len(sentences) - REACH + 1)
    return [" ".join(sentences[first : first + REACH]) for first in range(last)]
