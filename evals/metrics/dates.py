"""Dates: how many of the dates that gold asks for the answer names."""

from collections.abc import Iterator

from evals.case import Case
from evals.gold.question import Date
from evals.metrics.claims import Claim, claims
from evals.metrics.gold_parts import share_named
from evals.metrics.metric import Metric, Score, ratio
from rag.periods import Period, find_periods
from rag.stated_dates import stated_dates


def dates() -> Metric:
    """Gold dates named / gold dates, compared as fine as gold gives them: year, month or day.

    These are the dates of the vital nuggets; where they have none, those in the reference answer
    that is met best. "Yesterday" and "on Monday" in the answer are counted from the day of the
    article that the sentence cites, never from today; without one they name no date. A finer
    date names the coarser one, and a day or month without a year is right in any year where no
    cited article gives it one. Range 0 to 1, up. `na` without a gold date, or where a question
    that has no answer was declined; 0 where an answerable one was.

    Example: gold asks for 2024-04-01 and 2024-05. "It was hit yesterday [1]." cites an article
    of 2 April 2024: 1 / 2 = 0.5
    """

    def score(case: Case) -> Score:
        named = [] if case.abstained else [p for c in claims(case) for p in _named(c, case)]
        return share_named(
            case,
            Date,
            lambda wanted: _is_among(_period(wanted), named),
            lambda: _in_answers(case, named),
        )

    return Metric("dates", score)


def _named(claim: Claim, case: Case) -> list[Period]:
    days = dict.fromkeys(filter(None, (_published(case, n) for n in claim.cites)))
    stated = (found for day in days or [None] for found in stated_dates(claim.text, day))
    return [found.period for found in stated if found.period is not None]


def _published(case: Case, n: int) -> str | None:
    """Return the day of a cited article; the record knows it better than the reply."""
    citation = case.cited(n)
    if citation is None:
        return None
    article = case.record.find(citation.article_id)
    return citation.published if article is None else article.published


def _in_answers(case: Case, named: list[Period]) -> Iterator[Score]:
    for answer in case.question.answers:
        wanted = [found.period for found in find_periods(answer.text)]
        if wanted:
            yield ratio(sum(_is_among(period, named) for period in wanted), len(wanted))


def _period(wanted: Date) -> Period:
    year, month, day = [*map(int, wanted.date.split("-")), 0, 0][:3]
    return Period(year, month or None, day or None)


def _is_among(wanted: Period, named: list[Period]) -> bool:
    return any(_names(period, wanted) for period in named)


def _names(period: Period, wanted: Period) -> bool:
    if wanted.year and period.year != wanted.year and (period.year or not wanted.month):
        return False
    return (not wanted.month or period.month == wanted.month) and (
        not wanted.day or period.day == wanted.day
    )
