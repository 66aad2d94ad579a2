"""The numbers and dates that gold asks for, and the share of them that an answer names."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from evals.case import Case
from evals.gold.question import Match, Nugget
from evals.metrics.metric import NA, Score, ratio
from evals.metrics.said import rightly_declined, said, vital
from evals.nuggets import has_nugget

Part = TypeVar("Part")


def share_named(
    case: Case,
    kind: type[Part],
    names: Callable[[Part], bool],
    in_answers: Callable[[], Iterable[Score]],
) -> Score:
    """Return parts of the vital nuggets that are named / parts of that kind.

    A nugget's parts are those of the alternative that is met best; an alternative without such a
    part ("a dozen") names them all where it is said. `in_answers` is asked where no vital nugget
    has such a part: it gives the score of every reference answer that has one, of which the best
    counts.
    """
    if rightly_declined(case):
        return NA
    text, named, total = said(case), 0, 0
    for nugget in vital(case):
        ways = _ways(nugget, kind)
        if not ways:
            continue
        counts = [(sum(map(names, way)), len(way)) for way in ways]
        best = max(counts, key=lambda count: count[0] / count[1])
        if _said_without(text, nugget, kind):
            best = (best[1], best[1])
        named, total = named + best[0], total + best[1]
    if total:
        return ratio(named, total)
    return max(in_answers(), key=lambda score: score.value or 0.0, default=NA)


def _ways(nugget: Nugget, kind: type[Part]) -> list[list[Part]]:
    """The parts of that kind of every alternative that has any."""
    found: list[list[Part]] = [
        [part for part in way.all_of if isinstance(part, kind)] for way in nugget.match.any_of
    ]
    return [parts for parts in found if parts]


def _said_without(text: str, nugget: Nugget, kind: type[Part]) -> bool:
    """Whether the nugget is said in a way that needs no such part."""
    ways = nugget.match.any_of
    others = tuple(way for way in ways if not any(isinstance(p, kind) for p in way.all_of))
    if not others:
        return False
    return has_nugget(text, nugget.model_copy(update={"match": Match(any_of=others)}))
