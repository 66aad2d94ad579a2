"""Dates, numbers and per cent written one way, so that texts can be compared word by word."""

import re

from rag.numbers import find_numbers, in_digits
from rag.stated_dates import periods_in

_ACRONYM = re.compile(r"\b(?:[A-Za-z]\.){2,}")
_PER_CENT = re.compile(r"\s?%|\bper cent\b|\bpct\b", re.IGNORECASE)


def canonical(text: str) -> str:
    """Return the text with dates, numbers and per cent written one way."""
    text = _ACRONYM.sub(lambda m: m.group().replace(".", ""), text)
    text = _PER_CENT.sub(" percent ", text)
    for found in reversed(periods_in(text)):
        if found.period.day and found.period.month:
            text = f"{text[: found.start]}{found.period.words()}{text[found.end :]}"
    for number in reversed(find_numbers(text)):
        text = f"{text[: number.start]}{in_digits(number.value)}{text[number.end :]}"
    return text
