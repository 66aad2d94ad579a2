"""Another number in the place of a number: near it, written in the same way."""

import random
import re
from collections.abc import Iterator
from decimal import Decimal

from rag.numbers import FoundNumber, find_numbers
from rag.periods import find_periods

_WORDS = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_FACTORS = ("0.5", "0.6", "0.75", "0.8", "1.2", "1.25", "1.5", "2", "3")
_DIGITS = re.compile(r"\d[\d,]*(?:\.\d+)?")
# "Resolution 2735", "Article 51", "Tower 22": the number is a name's.
_CAPITAL = re.compile(
    r"\b(?!(?:Over|Some|About|Around|Nearly|Almost|Only|More|At|In|On|By|The|Than|Of|And|But|Those)\b)"
    r"[A-Z][\w’']* $"
)
_UNITS = {
    "million": "billion", "billion": "million", "thousand": "million", "kilometres": "metres",
    "kilometers": "miles", "miles": "metres", "metres": "kilometres", "hours": "days",
    "days": "weeks", "weeks": "months", "months": "years", "years": "months",
    "minutes": "hours", "dozens": "hundreds", "hundreds": "thousands", "thousands": "hundreds",
    "Dozens": "Hundreds", "Hundreds": "Dozens", "Thousands": "Hundreds", "tons": "pounds",
    "tonnes": "kilograms", "km": "metres",
}  # fmt: skip
_UNIT = re.compile(rf"(?<!s of )\b(?:{'|'.join(_UNITS)})\b(?! old\b)")
_COUNTED = re.compile(
    r"(?:\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|\w+teen|\w+ty))[ -]$"
)


def altered_numbers(sentence: str, evidence: str, chance: random.Random) -> Iterator[str]:
    """Yield the sentence with one number changed to one that the evidence does not hold.

    Dates, the numbers of names (Resolution 2735), "one" and zero are left alone. A number in
    digits keeps its separators and its decimals, a number in words stays one.
    """
    there = {number.value for number in find_numbers(evidence)}
    numbers = [number for number in find_numbers(sentence) if _counts(sentence, number)]
    chance.shuffle(numbers)
    for number in numbers:
        written = sentence[number.start : number.end]
        for other in _others(written, chance):
            made = sentence[: number.start] + other + sentence[number.end :]
            value = next((n.value for n in find_numbers(made) if n.start == number.start), None)
            if value is not None and value not in there:
                yield made
                break


def altered_units(sentence: str, chance: random.Random) -> Iterator[str]:
    """Yield the sentence with the unit of one number changed: million to billion, days to weeks."""
    units = [
        match
        for match in _UNIT.finditer(sentence)
        if match.group().lower() in ("dozens", "hundreds", "thousands")
        or _COUNTED.search(sentence[: match.start()])
    ]
    chance.shuffle(units)
    for match in units:
        yield sentence[: match.start()] + _UNITS[match.group()] + sentence[match.end() :]


def _counts(sentence: str, number: FoundNumber) -> bool:
    if number.value <= 1 or sentence[number.end : number.end + 1] == "-":
        return False
    before = sentence[: number.start]
    if _CAPITAL.search(before) or re.search(r"\b(?:no|number|phase|page)\.? $", before, re.I):
        return False
    dates = find_periods(sentence)
    return not any(d.start < number.end and number.start < d.end for d in dates)


def _others(written: str, chance: random.Random) -> list[str]:
    """Return numbers written in the same way, in an order by chance."""
    digits = _DIGITS.match(written)
    if digits:
        factors = list(_FACTORS)
        chance.shuffle(factors)
        made = [_scaled(digits.group(), Decimal(factor)) for factor in factors]
        return [one + written[digits.end() :] for one in made if one and one != digits.group()]
    first = written.split(" ", maxsplit=1)[0].split("-", maxsplit=1)[0].lower()
    for group in (_WORDS, _TENS):
        if first in group:
            at = group.index(first)
            near = [w for n, w in enumerate(group) if 0 < abs(n - at) <= 4]  # noqa: PLR2004
            chance.shuffle(near)
            return [_as(written, word) + written[len(first) :] for word in near]
    return []


def _scaled(digits: str, factor: Decimal) -> str | None:
    """Return a number with as many meaning digits, decimals and separators as the one given."""
    plain = digits.replace(",", "")
    value = Decimal(plain) * factor
    places = len(plain.partition(".")[2])
    zeros = 0 if places else len(plain) - len(plain.rstrip("0"))
    unit = Decimal(10) ** (zeros if zeros < len(plain) - 1 or zeros == 0 else zeros - 1)
    value = value.quantize(Decimal(1).scaleb(-places)) if places else round(value / unit) * unit
    if value <= 1:
        return None
    return f"{value:,.{places}f}" if "," in digits or value >= 10_000 else f"{value:.{places}f}"  # noqa: PLR2004


def _as(written: str, word: str) -> str:
    return word.capitalize() if written[0].isupper() else word
