"""The figures of a sentence: from what to what, of which thing, doing what.

A figure is the range of numbers that it may stand for: "181" is one, "about 180" is 171 to 189,
"more than 300" has no upper end. Two figures cannot both hold where their ranges are apart.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from rag.analysis import STOP_WORDS, stem
from rag.conflicts.actions import ACTION, Action, action_of, actions
from rag.numbers import FoundNumber, find_numbers
from rag.stated_dates import periods_in

TOLERANCE = Decimal("0.05")
"""Share by which what is called "about" a number may differ from it."""

FARTHEST = Decimal("2.5")
"""Times that one figure may exceed another and still be taken for a count of the same."""

PEOPLE = "peopl"
MOST_WORDS = 5
"""Words of a noun phrase that are read."""

_ABOUT = (
    r"about|around|some|roughly|approximately|nearly|almost|close to|an estimated|estimated|circa"
)
_LEAST = r"more than|over|at least|exceed(?:s|ed|ing)?|above|upwards of|no fewer than|not less than"
_MOST = r"less than|fewer than|under|at most|up to|below|no more than|as many as"
_HEDGE = re.compile(
    rf"(?:\b(?:(?P<least>{_LEAST})|(?P<most>{_MOST})|(?P<below>nearly|almost|close to)"
    rf"|(?P<about>{_ABOUT}))\W*(?:the |a |an |somewhat )?)+$",
    re.IGNORECASE,
)
_OR_MORE = re.compile(r"^(?:\+| or more\b| or so\b| plus\b)", re.IGNORECASE)
_RANGE = re.compile(
    r"^\W*(?:to|or|and|[-–—])\W*(?:about |around |some |somewhat |over |nearly |more than )*$",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\bbetween(?: \w+)?\W*$", re.IGNORECASE)
_PER_CENT = re.compile(r"^\s?(?:%|per ?cent\b|pct\b)", re.IGNORECASE)
_PART = re.compile(
    r"^(?: of (?:them|these|those|which|whom|the|its|his|her|their|our)\b"
    r"| (?:more|other|others|further|additional|in ten|times|points?)\b|[-–][a-z]|[.,:]?\d)",
    re.IGNORECASE,
)
_NOT_COUNTED = re.compile(
    r"(?:\b(?:another|other|further|additional|extra|first|last|next|every|each|per|than the"
    r"|number|no|nos|article|articles|section|resolution|flight|page|phase|paragraph|aged?)\W*"
    r"|[$£€¥]\s?|[-–/])$",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"(?:^|[\s(“\"‘])(?P<word>[A-Z][\w’'-]*) $")
_HEDGING = frozenset(
    "about around some over nearly almost roughly of at the under below by from in but and".split()  # noqa: SIM905
)
_TOKEN = re.compile(
    r"\s*(?:[“\"‘]\s*)?(?P<word>[^\W\d_](?:[^\W_]|[-’'.](?=[^\W_]))*\.?(?=[^\w]|$))"
)
UNTOLD = frozenset(
    "differ total separ known confirm incom suspect attack".split()  # noqa: SIM905
)
_LINKING = frozenset(
    """
    against without since within among between toward towards across near per including according
    during via amid beside besides still even later altogether together came come went got another
    today alone ago last next
    """.split()  # noqa: SIM905
)
_SAME_THING = {
    "person": PEOPLE, "persons": PEOPLE, "dead": PEOPLE, "death": PEOPLE, "live": PEOPLE,
    "fatal": PEOPLE, "captiv": "hostag", "soldier": "troop", "uav": "drone", "vessel": "ship",
    "us": "american", "assault": "attack",
}  # fmt: skip
_COUNTABLE = re.compile(r"attacks?|strikes?|votes?|ballots?|hits?|deaths?|launches|injuries")
_COMPOUND = re.compile(r"^,? (?:and|or) (?![\w’'-]*\d)(?:[a-z’'-]+ )?[a-z’'-]+s\b")
_PLACE = re.compile(r"^[^.;:,]{0,40}?\b(?:in|inside|across) (?:the )?(?P<place>[A-Z][\w’'-]+)")
_CLAUSE_END = re.compile(r"[.;:—]|, (?:and|but|while|whereas|which|who)\b| and that\b")
_CLAUSE_START = re.compile(r"[.;:—]|\band that\b|, (?:and|but|while|whereas|which|who)\b")
_PASSIVE = re.compile(
    r"^\W*(?:(?:who|that|which)\s)?(?:(?:had|has|have|were|was|are|been|being|be|also|then)\s)*$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure at `start:end` of a sentence, for any number from `low` to `high` (None: no end).

    `value` is the number as written, the first of a range.

    `named` is what it counts as written and `thing` the index form of its last word, both ""
    where the sentence leaves it out; `kinds` are those of the words before ("ballistic",
    "cruise"); `place` is the index form of the place right behind it.
    """

    value: Decimal
    low: Decimal
    high: Decimal | None
    start: int
    end: int
    percent: bool
    named: str
    thing: str
    kinds: frozenset[str]
    action: Action | None
    place: str | None

    def is_comparable(self, other: "Figure") -> bool:
        """Whether the two are near enough to count the same: else they count parts or wholes."""
        lower, higher = sorted((self, other), key=lambda figure: figure.low)
        return lower.high is None or higher.low <= lower.high * FARTHEST

    def is_above(self, other: "Figure") -> bool:
        """Whether it is higher, whatever the two exactly stand for."""
        return other.high is not None and self.low > other.high

    def disagrees(self, other: "Figure") -> bool:
        """Whether the two figures cannot both hold."""
        return self.is_above(other) or other.is_above(self)


def figures(sentence: str) -> tuple[Figure, ...]:
    """Return the figures of a sentence in order; a date's or a name's numbers are none."""
    dates = [(f.start, f.end) for f in periods_in(sentence)]
    numbers = [
        number
        for number in find_numbers(sentence)
        if not any(number.start < end and start < number.end for start, end in dates)
    ]
    return tuple(_figures(sentence, numbers))


def noun_phrase(text: str) -> tuple[list[str], int]:
    """Return the index forms of the words that a noun phrase begins with, and where it ends."""
    found: list[str] = []
    position = 0
    while len(found) < MOST_WORDS and (token := _TOKEN.match(text, position)):
        word = token["word"].rstrip(".")
        lower = word.lower()
        acronym = word.isupper() and len(word) > 1
        if not acronym and (lower in STOP_WORDS or lower in _LINKING):
            break
        if _ends_phrase(text, token.start("word"), lower):
            break
        found += [thing_of(part) for part in re.split(r"[-’']", lower.replace(".", "")) if part]
        position = token.end()
        if token.group().endswith("."):
            break
    return found, position


def _ends_phrase(text: str, start: int, word: str) -> bool:
    if "-" not in word and find_numbers(word):
        return True
    return ACTION.match(text, start) is not None and not _COUNTABLE.fullmatch(word)


def thing_of(word: str) -> str:
    """Return the index form of a counted thing, one for words that mean the same."""
    form = stem(word.lower())
    return _SAME_THING.get(form, form)


def _figures(sentence: str, numbers: list[FoundNumber]) -> Iterator[Figure]:
    skip = -1
    for index, number in enumerate(numbers):
        if index == skip:
            continue
        before, after = sentence[: number.start], sentence[number.end :]
        following = numbers[index + 1] if index + 1 < len(numbers) else None
        low, high = _range(number, sentence)
        end = number.end
        if following and _is_range(before, sentence[end : following.start]):
            skip, end = index + 1, following.end
            high = _range(following, sentence)[1]
            after = sentence[end:]
        if number.value <= 1 or _is_no_count(before, after):
            continue
        yield _figure(sentence, (number.start, end), (number.value, low, high))


def _is_range(before: str, between: str) -> bool:
    joined = _RANGE.match(between)
    return joined is not None and ("and" not in between or bool(_BETWEEN.search(before)))


def _is_no_count(before: str, after: str) -> bool:
    capitalised = _CAPITALISED.search(before)
    named = capitalised is not None and capitalised["word"].lower() not in _HEDGING
    return named or bool(_NOT_COUNTED.search(before) or (_PART.match(after)))


def _range(number: FoundNumber, sentence: str) -> tuple[Decimal, Decimal | None]:
    """Return what the number as written may stand for."""
    value, written = number.value, sentence[number.start : number.end]
    hedge = _HEDGE.search(sentence[: number.start])
    after = _OR_MORE.match(sentence[number.end :])
    slack = min(value * TOLERANCE, _grain(value, written) / 2)
    if (hedge and hedge["least"]) or (after and "so" not in after.group()):
        # An exact number that is called a minimum is a count that may have missed a few.
        return value, None if _grain(value, written) > 1 else value * (1 + TOLERANCE)
    if hedge and hedge["most"]:
        return Decimal(0), value
    if hedge and hedge["below"]:
        return value * (1 - 2 * TOLERANCE), value
    if hedge or after:
        slack = value * TOLERANCE
    return value - slack, value + slack


def _grain(value: Decimal, written: str) -> Decimal:
    """Return the unit to which a number seems to be rounded: 100 for 1,200; 1 for 1,191."""
    if "." in written and value == Decimal(re.sub(r"[^\d.]", "", written) or "0"):
        return Decimal(0)
    if value != value.to_integral_value() or value == 0:
        return Decimal(0)
    grain = Decimal(1)
    while value % (grain * 10) == 0:
        grain *= 10
    return grain


def _figure(
    sentence: str, place: tuple[int, int], values: tuple[Decimal, Decimal, Decimal | None]
) -> Figure:
    start, end = place
    rest = sentence[end:]
    per_cent = _PER_CENT.match(rest)
    read = per_cent.end() if per_cent else 0
    if more := _OR_MORE.match(rest[read:]):
        read += more.end()
    last = end + read
    if per_cent and (of := re.match(r" of (?:the |all |its |their )?", rest[read:])):
        read += of.end()
    phrase, length = noun_phrase(rest[read:])
    read += length
    if phrase and _COMPOUND.match(rest[read:]):
        phrase = [*phrase[:-1], f"{phrase[-1]}+"]
    action = _action(sentence, start, end + read)
    if not phrase and action == "kill" and re.match(r"\W*(?:dead|died|deaths|killed)", rest[read:]):
        phrase = [PEOPLE]
    where = _PLACE.match(rest[read:])
    return Figure(
        *values,
        start,
        last,
        per_cent is not None,
        rest[read - length : read].strip(' ,.;:“”"'),
        phrase[-1] if phrase else "",
        frozenset(phrase[:-1]) - UNTOLD,
        action,
        stem(where["place"].lower()) if where else None,
    )


def _action(sentence: str, start: int, end: int) -> Action | None:
    """Return what is said to be done: right behind the noun, or before it, or later on."""
    clause = _CLAUSE_END.search(sentence, end)
    behind = sentence[end : clause.start() if clause else len(sentence)]
    after = ACTION.search(behind)
    if after and _PASSIVE.match(behind[: after.start()]):
        return action_of(after)
    cuts = [cut.end() for cut in _CLAUSE_START.finditer(sentence, 0, start)]
    ahead = list(ACTION.finditer(sentence[cuts[-1] if cuts else 0 : start]))
    if ahead:
        return action_of(ahead[-1])
    if after:
        return action_of(after)
    everywhere = actions(sentence)
    return next(iter(everywhere)) if len(everywhere) == 1 else None
