"""Whether a model has begun to repeat itself without end."""

import re

LONGEST_UNIT = 400
"""Characters of the longest run whose repetition is noticed: some sentences."""

LEAST = 120
"""Repeated characters that make a loop of a short run, such as a row of dashes."""

TIMES = 3
"""How often a long run must stand one after the other."""

_MARKERS = re.compile(r"\s*\[[\d,;\s]*\]|\s+")


def loops(text: str) -> bool:
    """Return whether the text ends in the same run of characters again and again.

    Markers such as [1] and the width of white space do not count: a model that loops may still
    number on. A run of up to 400 characters must stand three times, and fill 120 characters.
    """
    plain = _MARKERS.sub(" ", text[-4 * TIMES * LONGEST_UNIT :])
    tails = {text[-TIMES * LONGEST_UNIT :], plain[-TIMES * LONGEST_UNIT :]}
    return any(_repeats(tail, unit) for tail in tails for unit in range(1, LONGEST_UNIT + 1))


def _repeats(tail: str, unit: int) -> bool:
    length = max(LEAST, TIMES * unit)
    return len(tail) >= length and tail[-length:-unit] == tail[unit - length :]
