"""The same sentence with one thing written otherwise: a number, a date, a country, a bound."""

import calendar
import re
from collections.abc import Iterator, Mapping

_NUMBERS = "two three four five six seven eight nine ten eleven twelve".split()  # noqa: SIM905
_DIGITS = {str(n): word for n, word in enumerate(_NUMBERS, start=2)}
_WORDS = {word: digits for digits, word in _DIGITS.items()}
_MONTHS = "|".join(calendar.month_name[1:])
_DAY_FIRST = re.compile(rf"\b(\d{{1,2}}) ({_MONTHS})(?: (\d{{4}}))?\b")
_MONTH_FIRST = re.compile(rf"\b({_MONTHS}) (\d{{1,2}})(?:, (\d{{4}}),?)(?!\d)")
_SMALL = re.compile(
    rf"(?<![\d.,$-])\b(?:{'|'.join(_WORDS)}|[2-9]|1[0-2])\b"
    rf"(?= (?!(?:{_MONTHS}|million|billion|thousand|hundred|per|and|to|or)\b)[a-z]{{3,}})"
)
_OF_A_NAME = re.compile(r"\b[A-Z][\w’']* $")
_SAME: Mapping[str, str] = {
    "the United States": "America", "the United Kingdom": "Britain", "per cent": "percent",
    "percent": "per cent", "more than": "over", "around": "about", "approximately": "about",
    "prior to": "before", "announced that": "said that", "stated that": "said that",
    "weapons": "arms", "assisted": "helped", "purchased": "bought", "attempted": "tried",
    "as well as": "and also", "in order to": "to", "however,": "though,",
}  # fmt: skip
_SAME_WORD = re.compile(rf"(?<![A-Z]\w )(?<!of )\b(?:{'|'.join(_SAME)})(?= (?!of America)[a-z\d])")


def respelt(sentence: str) -> Iterator[str]:
    """Yield the sentence with numbers, dates or a common word written in another way."""
    for rule in (_dates, _small_numbers, _words):
        made = rule(sentence)
        if made != sentence:
            yield made


def _dates(sentence: str) -> str:
    made = _DAY_FIRST.sub(lambda m: f"{m[2]} {m[1]}{f', {m[3]}' if m[3] else ''}", sentence)
    if made != sentence:
        return made
    return _MONTH_FIRST.sub(lambda m: f"{m[2]} {m[1]}{f' {m[3]}' if m[3] else ''}", sentence)


def _small_numbers(sentence: str) -> str:
    def other(match: re.Match[str]) -> str:
        written = match.group()
        if _OF_A_NAME.search(sentence[: match.start()]):
            return written
        return _WORDS.get(written) or _DIGITS[written]

    return _SMALL.sub(other, sentence)


def _words(sentence: str) -> str:
    return _SAME_WORD.sub(lambda match: _SAME[match.group()], sentence, count=1)
