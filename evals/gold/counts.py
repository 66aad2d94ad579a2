"""How many questions of which type a gold set has, by split."""

from collections import Counter
from collections.abc import Sequence
from typing import get_args

from evals.gold.question import GoldQuestion, Kind, Split

SPLITS: tuple[Split, ...] = get_args(Split)


def counts(questions: Sequence[GoldQuestion]) -> list[tuple[str, ...]]:
    """Return a table: a head, a row a type, then questions, families and reviewed, by split."""
    by = Counter((question.type, question.split) for question in questions)
    rows = [
        (kind, *(by[kind, split] for split in SPLITS))
        for kind in get_args(Kind)
        if any(by[kind, split] for split in SPLITS)
    ]
    chosen = {split: [q for q in questions if q.split == split] for split in SPLITS}
    rows.append(("questions", *(len(chosen[split]) for split in SPLITS)))
    rows.append(("families", *(len({q.family for q in chosen[split]}) for split in SPLITS)))
    rows.append(
        ("reviewed", *(sum(q.status == "reviewed" for q in chosen[split]) for split in SPLITS))
    )
    return [
        ("type", *SPLITS, "all"),
        *((name, *map(str, numbers), str(sum(numbers))) for name, *numbers in rows),
    ]
