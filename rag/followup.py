"""Turn "and in October?" into a question that stands alone, without a model.

Only what the conversation holds is used: the last question as it was understood, and who was
cited in the last reply.
"""

import re
from dataclasses import dataclass

from rag.analysis import content_terms, terms
from rag.periods import FoundPeriod, Period, find_periods, without_periods
from rag.question import find_names

SHORT = 1
"""Words with meaning up to which a question without a name is taken to lean on the last one."""

_OPENING = re.compile(
    r"^\W*(?:and|but|so|then|also|ok(?:ay)?|what about|how about|and what about|what of)\b[\s,]*",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(he|she|him|his|her)\b", re.IGNORECASE)
_THING = re.compile(r"\b(it|its|that|this|those|these|they|them|their|there|then)\b", re.IGNORECASE)
_ROLE = re.compile(
    r"^(?:President|Vice President|Prime Minister|Admiral|General|Secretary|Mr|Ms|Mrs|Dr)\.? "
)
_QUESTION_WORD = re.compile(
    r"\b(?:who|what|when|where|why|how|which|did|does|do|is|are|was|were|has|have|had|can|could)\b",
    re.IGNORECASE,
)
_PREPOSITION = re.compile(
    r"\b(on|in|since|during|between|from|by|until|before|after) $", re.IGNORECASE
)
_TIME_WORDS = frozenset(content_terms("since"))
_NOT_PEOPLE = frozenset(
    content_terms(
        "Iran Israel Gaza Lebanon Syria Iraq Yemen America Hezbollah Hamas Houthis Tehran Damascus "
        "Jerusalem Washington Isfahan Beirut Rafah House White Red Sea Middle East United States "
        "Nations Congress Senate Guards Revolutionary Iranian Israeli American Lebanese US UN G7 "
        "NATO Europe European Union Russia China Qatar Egypt Saudi Arabia Palestinian Palestine "
        "State Department Pentagon Security Council CENTCOM IDF IRGC Strait Hormuz West Bank"
    )
)


@dataclass(frozen=True, slots=True)
class Context:
    """What a follow-up may lean on: the last standalone question and the speakers it cited."""

    question: str
    speakers: tuple[str, ...] = ()


def _people(context: Context) -> list[str]:
    names = find_names(without_periods(context.question))
    named = [n for n in names if not set(content_terms(n)) <= _NOT_PEOPLE]
    several = [name for name in named if " " in name]
    return several + [n for n in named if n not in several] + list(context.speakers)


def _replace_person(question: str, person: str) -> str:
    person = _ROLE.sub("", person) if " " in _ROLE.sub("", person) else person

    def swapped(match: re.Match[str]) -> str:
        word = match.group(1).lower()
        follows = question[match.end() : match.end() + 2]
        owns = word == "his" or (word == "her" and follows.strip()[:1].isalpha())
        return f"{person}'s" if owns else person

    return _PERSON.sub(swapped, question)


def _dated(period: Period, known: list[FoundPeriod]) -> Period:
    """Give a month or day without a year the year of the last question's."""
    year = next((f.period.year for f in reversed(known) if f.period.year), None)
    return Period(period.year or year, period.month, period.day)


def _time_changed(question: str, last: str) -> str:
    """Return the last question with the new question's times in place of its own."""
    old, new = find_periods(last), find_periods(question)
    times = [_dated(found.period, old) for found in new]
    words = " and ".join(time.words() for time in times)
    own = _PREPOSITION.search(question[: new[0].start])
    preposition = own[1].lower() if own else "on" if times[0].day else "in"
    if not old:
        return f"{last.rstrip(' ?!.')} {preposition} {words}?"
    first, final = old[0], old[-1]
    before = _PREPOSITION.sub(f"{preposition} ", last[: first.start])
    return before + words + last[final.end :]


def _is_only_time(question: str) -> bool:
    bare = _OPENING.sub("", question)
    left = set(content_terms(without_periods(bare))) - _TIME_WORDS
    return bool(find_periods(bare)) and not left


def _named_instead(rest: str, last: str) -> str | None:
    """Return the last question with the one name of a bare "what about X?" put in."""
    names, before = find_names(rest), find_names(without_periods(last))
    if len(names) != 1 or set(content_terms(rest)) - set(content_terms(names[0])) or not before:
        return None
    return last.replace(before[0], names[0], 1)


def standalone(question: str, context: Context | None) -> str:
    """Return the question so that it can be understood without the conversation.

    Names and times are carried over from the last question; a pronoun becomes the person that
    the last question named or the last reply cited. Unchanged if it already stands alone.
    """
    if context is None:
        return question
    opening = _OPENING.match(question)
    rest = question[opening.end() :] if opening else question
    if _is_only_time(question):
        return _time_changed(question, context.question)
    if opening and (swapped := _named_instead(rest.strip(" ?!."), context.question)):
        return swapped
    people = _people(context)
    said = _replace_person(rest, people[0]) if people and _PERSON.search(rest) else rest
    leans = (
        said != rest
        or bool(opening)
        or bool(_THING.search(said))
        or (len(content_terms(said)) <= SHORT and not find_names(said))
    )
    return _with_context(said, context) if leans else question


def _with_context(question: str, context: Context) -> str:
    """Add the last question's names and times that the question does not have itself."""
    own = set(terms(question))
    before = find_names(without_periods(context.question))
    names = [n for n in before if not set(terms(n)) & own]
    times = [] if find_periods(question) else find_periods(context.question)
    added = names + [found.period.words() for found in times]
    if not names and not (find_names(question) and _QUESTION_WORD.search(question)):
        # "and in Damascus?" asks the last question of another place.
        topic = [t for t in re.findall(r"[\w'’-]+", context.question) if _carries(t, own)]
        added = topic[:6] + added
    body = question.strip().rstrip("?!. ")
    body = body[:1].upper() + body[1:]
    return f"{body} ({', '.join(dict.fromkeys(added))})?" if added else f"{body}?"


def _carries(word: str, own: set[str]) -> bool:
    found = content_terms(word)
    return bool(found) and not set(found) & own and not _QUESTION_WORD.fullmatch(word)
