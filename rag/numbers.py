"""Numbers in a text, whichever way they are written: `1,200`, `twenty-one`, `1.5 million`."""

import re
from dataclasses import dataclass
from decimal import Decimal

_UNIT_WORDS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen
"""
_TEN_WORDS = "twenty thirty forty fifty sixty seventy eighty ninety"
_UNITS = {word: n for n, word in enumerate(_UNIT_WORDS.split())}
_TENS = {word: 10 * n for n, word in enumerate(_TEN_WORDS.split(), start=2)}
_SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 10**6,
    "billion": 10**9,
    "trillion": 10**12,
    "bn": 10**9,
}
HUNDRED = 100

_WORD = "|".join(sorted((*_UNITS, *_TENS), key=len, reverse=True))
_SCALE = "hundred|thousand|million|billion|trillion"
_DIGITS = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_NUMBER = re.compile(
    rf"(?<![\w.,])(?P<digits>{_DIGITS})(?:[ -]?(?P<scale>{_SCALE}|bn))?(?![\w]|[.,]\d)"
    rf"|\b(?P<words>(?:{_WORD})(?:(?:[ -]|,? and )(?:{_WORD}|{_SCALE}))*"
    rf"|an? (?:{_SCALE})(?:(?:[ -]|,? and )(?:{_WORD}|{_SCALE}))*)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class FoundNumber:
    """A number and where the text writes it."""

    value: Decimal
    start: int
    end: int


def find_numbers(text: str) -> list[FoundNumber]:
    """Return the numbers that a text writes in digits or in English words, in order.

    A number inside a word (`B-52s`, `HR815`) or with further points (a section, `1.2.3`) is none.
    "One" counts as a number.
    """
    found = []
    for match in _NUMBER.finditer(text):
        if digits := match["digits"]:
            scale = _SCALES[match["scale"].lower()] if match["scale"] else 1
            found.append(FoundNumber(Decimal(digits.replace(",", "")) * scale, *match.span()))
        else:
            found += _in_words(match["words"], match.start())
    return found


def _in_words(phrase: str, offset: int) -> list[FoundNumber]:
    """Return the numbers of a run of number words: "three and two" are two numbers, not five."""
    found: list[FoundNumber] = []
    total = current = 0
    begin: int | None = None
    last_end = 0
    room = 10**18  # what the next word must stay below to belong to the same number

    def close() -> None:
        if begin is not None:
            value = Decimal(total + current)
            found.append(FoundNumber(value, offset + begin, offset + last_end))

    for word in re.finditer(r"[A-Za-z]+", phrase):
        name = word.group().lower()
        if name == "and":
            continue
        if name in _SCALES:
            scale = _SCALES[name]
            if scale == HUNDRED:
                current = max(current, 1) * scale
                room = scale
            else:
                total, current = total + max(current, 1) * scale, 0
                room = scale
        elif name in ("a", "an"):
            begin, current = word.start(), 1
            continue
        else:
            value = _UNITS.get(name, _TENS.get(name, 0))
            if begin is not None and value >= room:
                close()
                begin, total, current = None, 0, 0
            current += value
            room = 10 if value >= 20 else 1  # noqa: PLR2004 (after a ten a unit may stand)
        if begin is None:
            begin = word.start()
        last_end = word.end()
    close()
    return found


def in_digits(value: Decimal) -> str:
    """Return a number as plain digits: `1200`, `3.5`."""
    return format(value.normalize(), "f")
