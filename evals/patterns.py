"""Whether a text says a thing: patterns on word boundaries, numbers and dates whole, with polarity.

A *pattern* is some words that must stand in a row: compared by stem, numbers by value (`seven`,
`7`), dates by day (`13 April`, `April 13th`), `per cent`, `percent` and `%` as one. A word with a
star at its end stands for every word that begins so.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rag.analysis import stem
from rag.numbers import find_numbers, in_digits
from rag.periods import find_periods
from rag.sentences import sentence_spans

REACH = 2
"""Sentences in a row in which all patterns of one alternative must stand."""

_WORD = re.compile(r"[^\W_]+(?:[.,][0-9]+)*(?:['’][^\W_]+)?\*?")
_ACRONYM = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_PER_CENT = re.compile(r"\s?%|\bper cent\b|\bpct\b", re.IGNORECASE)
_CLAUSE = re.compile(
    r"[,;:—–()]|\b(?:and|but|while|whereas|although|though|which|who|because)\b", re.IGNORECASE
)
_NEGATION = re.compile(
    r"\b(?:not|no|never|none|neither|nor|nobody|nothing|without|cannot|den(?:y|ies|ied|ial|ying)"
    r"|false|untrue|\w+n['’]t)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A stretch of a sentence between commas and conjunctions."""

    forms: tuple[str, ...]
    negated: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the patterns see it: sentences of clauses."""

    sentences: tuple[tuple[Clause, ...], ...]


def canonical(text: str) -> str:
    """Return the text with dates, numbers and per cent written one way."""
    text = _ACRONYM.sub(lambda m: m.group().replace(".", ""), text)
    text = _PER_CENT.sub(" percent ", text)
    for found in reversed(find_periods(text)):
        if found.period.day and found.period.month:
            text = f"{text[: found.start]}{found.period.words()}{text[found.end :]}"
    for number in reversed(find_numbers(text)):
        text = f"{text[: number.start]}{in_digits(number.value)}{text[number.end :]}"
    return text


def _forms(text: str) -> tuple[str, ...]:
    return tuple(
        word if word.endswith("*") else stem(word)
        for word in (match.group().lower() for match in _WORD.finditer(text))
    )


@lru_cache(maxsize=4096)
def read(text: str) -> Reading:
    """Return a text cut into sentences and clauses."""
    sentences = []
    for line in text.splitlines():
        for start, end in sentence_spans(line):
            sentence = canonical(line[start:end])
            pieces = _clauses(sentence)
            sentences.append(
                tuple(Clause(_forms(p), _NEGATION.search(p) is not None) for p in pieces)
            )
    return Reading(tuple(sentences))


def _clauses(sentence: str) -> Iterator[str]:
    position = 0
    for cut in _CLAUSE.finditer(sentence):
        yield sentence[position : cut.start()]
        position = cut.start()
    yield sentence[position:]


def is_negative(text: str) -> bool:
    """Whether a statement denies something: it has a negation."""
    return _NEGATION.search(text) is not None


def _same(form: str, wanted: str) -> bool:
    return form.startswith(wanted[:-1]) if wanted.endswith("*") else form == wanted


def _places(forms: Sequence[str], wanted: Sequence[str]) -> Iterator[range]:
    for start in range(len(forms) - len(wanted) + 1):
        if all(map(_same, forms[start : start + len(wanted)], wanted)):
            yield range(start, start + len(wanted))


def _stands(clauses: Sequence[Clause], pattern: str, negative: bool | None) -> bool:
    """Whether the pattern stands in these clauses where the polarity is the one asked for."""
    wanted = _forms(canonical(pattern))
    forms = [form for clause in clauses for form in clause.forms]
    owner = [clause for clause in clauses for _ in clause.forms]
    return bool(wanted) and any(
        negative is None or any(owner[i].negated for i in place) == negative
        for place in _places(forms, wanted)
    )


def says(text: str, pattern: str, *, negative: bool | None = None) -> bool:
    """Whether the pattern stands in the text.

    With `negative` given, it must stand in a clause that has a negation, or in one without.
    """
    clauses = [clause for sentence in read(text).sentences for clause in sentence]
    return _stands(clauses, pattern, negative)


def says_date(text: str, wanted: str) -> bool:
    """Whether the text names a date, compared as fine as `wanted` is (`2024`, `2024-04`, a day).

    A date without a year in the text counts if day and month are right.
    """
    year, month, day = [*map(int, wanted.split("-")), 0, 0][:3]
    return any(
        p.year in (None, year) and (not month or p.month == month) and (not day or p.day == day)
        for p in (found.period for found in find_periods(text))
        if p.year or p.month
    )


def windows(text: str) -> list[str]:
    """Return every run of two sentences of the text (the one sentence where there is but one)."""
    sentences = [line[a:b] for line in text.splitlines() for a, b in sentence_spans(line)]
    last = max(1, len(sentences) - REACH + 1)
    return [" ".join(sentences[first : first + REACH]) for first in range(last)]
