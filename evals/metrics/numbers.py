"""Numbers: how many of the numbers that gold asks for the answer names."""

from collections.abc import Iterator

from evals.case import Case
from evals.gold.question import Number
from evals.metrics.claims import claims
from evals.metrics.gold_parts import share_named
from evals.metrics.metric import Metric, Score, ratio
from evals.metrics.said import said
from evals.nuggets import YEARS, names_number
from rag.quantities import Quantity, quantities


def numbers() -> Metric:
    """Gold numbers named / gold numbers.

    These are the numbers of the vital nuggets, with unit, comparator and tolerance; where they
    have none, the numbers in the reference answer that is met best, by value and per cent. The
    parts of a date are no numbers. Range 0 to 1, up. `na` without a gold number, or where a
    question that has no answer was declined; 0 where an answerable one was.

    Example: gold asks for 300 give or take 30, and for 99 %. "Some 320 were fired on 13 April
    2024." names the first: 1 / 2 = 0.5
    """

    def score(case: Case) -> Score:
        text = said(case)
        return share_named(
            case,
            Number,
            lambda wanted: names_number(text, wanted),
            lambda: _in_answers(case),
        )

    return Metric("numbers", score)


def _in_answers(case: Case) -> Iterator[Score]:
    named = [] if case.abstained else [q for c in claims(case) for q in quantities(c.text)]
    for answer in case.question.answers:
        wanted = [q for q in quantities(answer.text) if not _is_year(q)]
        if wanted:
            found = sum(any(q.agrees(other) for other in named) for q in wanted)
            yield ratio(found, len(wanted))


def _is_year(quantity: Quantity) -> bool:
    bare = quantity.written.isdigit() and not quantity.unit
    return bare and int(quantity.value) in YEARS
