"""Quantities of a sentence: a number with its unit, its bound and the thing that it counts."""

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from rag.analysis import STOP_WORDS, stem
from rag.numbers import find_numbers
from rag.stated_dates import periods_in

Bound = Literal["at least", "at most", ""]

_SUFFIXED = re.compile(r"(?<=\d)(?=(?:km|kg|mph|kph|m|mm|cm|ft|pm|am|g|k|x|°)\b)", re.IGNORECASE)
_MONEY_SCALE = re.compile(r"([$£€¥]\s?\d[\d,.]*)\s?(m|mn|b|tn|k)\b", re.IGNORECASE)
_SCALES = {"m": "million", "mn": "million", "b": "billion", "tn": "trillion", "k": "thousand"}
_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b", re.IGNORECASE)
_ORDINAL_WORDS = re.compile(
    r"\b(third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)\b", re.IGNORECASE
)
_ORDINALS = {
    "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12,
}  # fmt: skip
_AT_LEAST = re.compile(r"\b(?:more than|over|at least|exceed\w*|above|upwards of)\W*$", re.I)
_AT_MOST = re.compile(
    r"\b(?:less than|fewer than|under|at most|up to|below|no more than)\W*$", re.I
)
_PER_CENT = re.compile(r"\s?(?:%|per ?cent\b|pct\b|percentage\b)", re.IGNORECASE)
# "One" is a number only where it counts something.
_PRONOUN = re.compile(
    r"(?:\b(?:no|the|this|that|any|some|every|each|which|another)[ -]$)"
    r"|^(?: of\b| another\b| who\b| that\b| by one\b| day\b|['’]|-|[.,;:!?)]|$)",
    re.IGNORECASE,
)
_SECOND_YEAR = re.compile(r"(?<=\b(?:19|20)\d\d)[-–/]\d\d\b")
_LOOK_BACK = 24
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as it stands; `thing` is the index form of the next word that carries meaning."""

    value: Decimal
    written: str
    unit: Literal["%", "ordinal", ""] = ""
    bound: Bound = ""
    thing: str = ""

    def agrees(self, other: "Quantity") -> bool:
        """Whether both are the same number of the same unit, and not from opposite bounds."""
        if self.value != other.value or {self.bound, other.bound} == {"at least", "at most"}:
            return False
        return self.unit == other.unit


def quantities(sentence: str) -> tuple[Quantity, ...]:
    """Return the quantities of a sentence in order; the numbers of a date are none.

    A bare year counts as a number too: "2000 people" looks like one. "One" that only points at
    something ("one of them", "no one") is left out, and so are "first" and "second".
    """
    text = _SECOND_YEAR.sub("", sentence)
    text = _SUFFIXED.sub(" ", _MONEY_SCALE.sub(_spelt_scale, text))
    dates = [(f.start, f.end) for f in periods_in(text) if f.period.month]
    found = [
        (start, quantity)
        for start, end, quantity in (*_cardinals(text), *_ordinals(text))
        if not any(start < last and first < end for first, last in dates)
    ]
    return tuple(quantity for _, quantity in sorted(found, key=lambda pair: pair[0]))


def missing(
    wanted: Iterable[Quantity],
    present: Sequence[Quantity],
    terms: Container[str],
    years: Container[int],
) -> list[Quantity]:
    """Return the quantities wanted that are not present.

    `terms` are the index terms of the text: "one man" is there where "a man" is, and `years` the
    years that its dates name. A number that is present but counts another thing is missing when
    the text gives the same thing with another number.
    """
    return [q for q in wanted if not _is_present(q, present, terms, years)]


def _is_present(
    wanted: Quantity, present: Sequence[Quantity], terms: Container[str], years: Container[int]
) -> bool:
    same = [other for other in present if wanted.agrees(other)]
    if not same:
        singular = wanted.value == 1 and wanted.written.isalpha() and not wanted.unit
        of_thing = [q for q in present if q.thing == wanted.thing]
        if singular and wanted.thing in terms and not of_thing:
            return True
        return wanted.value in years and wanted.written.isdigit()
    if not wanted.thing or any(other.thing in ("", wanted.thing) for other in same):
        return True
    # The thing stands with other numbers only: 7 soldiers and 3 officers are not 3 soldiers.
    rivals = [q for q in present if q.thing == wanted.thing and q.unit == wanted.unit]
    return not rivals


def _spelt_scale(match: re.Match[str]) -> str:
    return f"{match[1]} {_SCALES[match[2].lower()]}"


def _cardinals(text: str) -> Iterable[tuple[int, int, Quantity]]:
    for number in find_numbers(text):
        written = text[number.start : number.end]
        before = text[max(0, number.start - _LOOK_BACK) : number.start]
        after = text[number.end : number.end + _LOOK_BACK * 2]
        if written.lower() == "one" and (_PRONOUN.search(before) or _PRONOUN.match(after)):
            continue
        per_cent = _PER_CENT.match(after)
        yield (
            number.start,
            number.end,
            Quantity(
                number.value,
                f"{written}%" if per_cent else written,
                "%" if per_cent else "",
                _bound(before),
                _thing(after[per_cent.end() :] if per_cent else after),
            ),
        )


def _ordinals(text: str) -> Iterable[tuple[int, int, Quantity]]:
    for match in _ORDINAL.finditer(text):
        yield *match.span(), Quantity(Decimal(match[1]), match.group(), "ordinal")
    for match in _ORDINAL_WORDS.finditer(text):
        value = Decimal(_ORDINALS[match[1].lower()])
        yield *match.span(), Quantity(value, match.group(), "ordinal")


def _bound(before: str) -> Bound:
    if _AT_MOST.search(before):
        return "at most"
    return "at least" if _AT_LEAST.search(before) else ""


def _thing(after: str) -> str:
    """Return the next word that carries meaning, if nothing but words stands between."""
    stretch = re.split(r"[^\w\s'’-]|\d|\b(?:and|or|to|in|on|at|by|from|for)\b", after)[0]
    for word in _WORD.findall(stretch):
        if word.lower() not in STOP_WORDS:
            return stem(word.lower())
    return ""
