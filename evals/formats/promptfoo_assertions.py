"""Nuggets and forbidden statements as promptfoo assertions, and back.

Their order: a vital nugget is `icontains-all` of its patterns, or an `assert-set` of which one is
enough where it has several ways; what is forbidden is `not-icontains` or `not-icontains-all`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from evals.formats.source import Fields
from evals.gold.question import Alternative, Answer, Forbidden, GoldQuestion, Match, Nugget

Assertion = dict[str, object]

ANSWER = "answer"
"""The metric under which an answer stands that no nugget stands for."""
REFUSAL = "Says that the articles do not answer the question, and does not answer it."

_SAID = ("equals", "iequals", "similar", "factuality", "starts-with")
_CONTAINS = ("contains", "icontains", "contains-any", "icontains-any")
_ALL = ("contains-all", "icontains-all")


@dataclass(slots=True)
class Taken:
    """What an import could take over; `left` names the types of assertion that it could not."""

    answers: list[Answer] = field(default_factory=list)
    nuggets: list[Nugget] = field(default_factory=list)
    forbidden: list[Forbidden] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def assertions_of(question: GoldQuestion) -> tuple[list[Assertion], int]:
    """Return the assertions, one at least, and how many patterns could not be written so."""
    vital = [nugget for nugget in question.nuggets if nugget.importance == "vital"]
    nuggets = [_nugget(nugget) for nugget in vital]
    forbidden = [_forbidden(one) for one in question.forbidden]
    made = [one for one in nuggets if one] or _answers(question)
    if not question.answerable and not made:
        # A test that asserts nothing passes whatever is answered.
        made = [{"type": "llm-rubric", "value": REFUSAL}]
    left = nuggets.count(None) + forbidden.count([])
    return [*made, *(one for found in forbidden for one in found)], left


def _answers(question: GoldQuestion) -> list[Assertion]:
    right = [text for answer in question.answers for text in (answer.text, *answer.aliases)]
    return [{"type": "icontains-any", "value": right, "metric": ANSWER}] if right else []


def _nugget(nugget: Nugget) -> Assertion | None:
    ways = [_all_of(parts, "icontains-all") for parts in _plain(nugget.match)]
    if not ways:
        return None
    if len(ways) == 1:
        return {**ways[0], "metric": nugget.id}
    # Rounded down, so that one way of three reaches it.
    enough = 1000 // len(ways) / 1000
    return {"type": "assert-set", "metric": nugget.id, "threshold": enough, "assert": ways}


def _forbidden(forbidden: Forbidden) -> list[Assertion]:
    if forbidden.match is None:
        return [{"type": "not-icontains", "value": forbidden.text}]
    return [_all_of(parts, "not-icontains-all") for parts in _plain(forbidden.match)]


def _all_of(parts: Sequence[str], type_: str) -> Assertion:
    return {"type": type_, "value": list(parts)}


def _plain(match: Match) -> Iterator[list[str]]:
    """Yield the ways that are words alone; a star may only stand at the end of a pattern."""
    for way in match.any_of:
        parts = [part.removesuffix("*") for part in way.all_of if isinstance(part, str)]
        if len(parts) == len(way.all_of) and not any("*" in part for part in parts):
            yield parts


def taken_from(
    assertions: Iterable[Fields], texts: Mapping[str, object], *, answered: bool
) -> Taken:
    """Return what the assertions say; `texts` are those of our nuggets, by metric.

    `answered`: the answers are known already, and an assertion of ours that repeats them is not
    read.
    """
    taken = Taken()
    for assertion in assertions:
        type_ = assertion.required("type")
        if answered and assertion.text("metric") == ANSWER:
            continue
        ways = _ways(assertion, type_)
        if type_ in _SAID or type_ in _CONTAINS:
            first, *others = assertion.texts("value") or ("",)
            if not first:
                raise assertion.wrong(f"the assertion {type_!r} has no value.")
            taken.answers.append(Answer(text=first, aliases=tuple(others)))
        if ways:
            taken.nuggets.append(_read_nugget(assertion, ways, texts, len(taken.nuggets) + 1))
        elif type_.startswith("not-") and type_.removeprefix("not-") in (*_CONTAINS, *_ALL):
            taken.forbidden += _read_forbidden(assertion, type_)
        elif type_ not in _SAID and (type_, assertion.text("value")) != ("llm-rubric", REFUSAL):
            taken.left.append(type_)
    return taken


def _ways(assertion: Fields, type_: str) -> list[tuple[str, ...]]:
    """Return the ways to say the nugget that an assertion is, or none if it is something else."""
    if type_ == "assert-set":
        inner = assertion.objects("assert")
        found = [_ways(one, one.required("type")) for one in inner]
        return [way for ways in found for way in ways] if all(found) else []
    if type_ in _ALL:
        return [assertion.texts("value")]
    return [(text,) for text in assertion.texts("value")] if type_ in _CONTAINS else []


def _read_nugget(
    assertion: Fields, ways: Sequence[tuple[str, ...]], texts: Mapping[str, object], number: int
) -> Nugget:
    id_ = assertion.text("metric") or f"n{number}"
    alternatives = [Alternative(all_of=way) for way in ways if way]
    if not alternatives:
        raise assertion.wrong("an assertion has no value.")
    text = texts.get(id_)
    said = text if isinstance(text, str) and text.strip() else " ".join(ways[0])
    return Nugget(id=id_, text=said, match=Match(any_of=tuple(alternatives)))


def _read_forbidden(assertion: Fields, type_: str) -> list[Forbidden]:
    why = f"promptfoo: {type_}"
    values = assertion.texts("value")
    if not type_.endswith("-all"):
        return [Forbidden(text=text, why=why) for text in values]
    if not values:
        return []
    match = Match(any_of=(Alternative(all_of=values),))
    return [Forbidden(text=" ".join(values), why=why, match=match)]
