"""Which of the retrieved passages hold gold evidence: what the retrieval metrics share."""

from collections.abc import Sequence

from evals.case import Case, GoldGroup, Place, covered
from rag.errors import UsageError

COVERED = 0.5
"""The share of a gold span's characters from which on it counts as found."""


def at(name: str, k: int) -> str:
    """Return the name of a metric with its cut-off; raises UsageError if `k` is below 1."""
    if k < 1:
        raise UsageError(f"A cut-off of {k!r} passages is too low for {name}; give 1 or more.")
    return f"{name}@{k}"


def gold(case: Case) -> tuple[GoldGroup, ...]:
    """Return the evidence of a case; empty if the question has none.

    Raises UsageError if some evidence has no place in the articles: the gold set does not fit
    the record then, and the answer cannot be blamed for it.
    """
    lost = [group.name for group in case.groups if not group.places]
    if case.question.evidence and not case.groups:
        lost = [group.group for group in case.question.evidence]
    if lost:
        raise UsageError(
            f"The evidence {', '.join(map(repr, lost))} of {case.question.id!r} has no place in "
            "the articles; anchor it with: dateline eval lint --write"
        )
    return case.groups


def is_found(group: GoldGroup, passages: Sequence[Place]) -> bool:
    """Whether the passages together hold at least half the characters of one of its places."""
    return any(covered(place, passages) >= COVERED for place in group.places)


def found_groups(case: Case, k: int) -> int:
    """Return how many groups the first `k` passages cover."""
    return sum(is_found(group, case.retrieved[:k]) for group in gold(case))


def finding_ranks(case: Case, k: int) -> list[int]:
    """Return the rank, from 1, at which each found group is first covered; ascending."""
    passages = case.retrieved[:k]
    ranks = (
        next((n for n in range(1, len(passages) + 1) if is_found(group, passages[:n])), None)
        for group in gold(case)
    )
    return sorted(rank for rank in ranks if rank is not None)


def first_touching(case: Case, k: int | None = None) -> int | None:
    """Return the rank, from 1, of the first passage that has a character of a gold span."""
    places = [place for group in gold(case) for place in group.places]
    return next(
        (
            rank
            for rank, passage in enumerate(case.retrieved[:k], start=1)
            if any(passage.overlap(place) for place in places)
        ),
        None,
    )
