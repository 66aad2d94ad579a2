"""Scored runs made for these tests."""

from collections.abc import Mapping, Sequence

from evals.metrics.metric import NA, Direction, Score
from evals.runs.manifest import Manifest
from evals.scored import Scored, Scorer

FAILED = Score(None, status="error", note="ValueError: no")


def manifest(**changes: object) -> Manifest:
    return Manifest.model_validate(
        {
            "dateline": "0.1.0",
            "gold": "a" * 64,
            "questions": 1,
            "split": "test",
            "corpus": "b" * 64,
            "articles": 3,
            "embedding": "hashing",
            "generator": "extractive",
            "settings": {"date_factor": 0.82},
        }
        | changes
    )


def score(value: float | str | None) -> Score:
    """A score of this value; `na` and `error` by name."""
    if value == "error":
        return FAILED
    return NA if value == "na" or value is None else Score(float(value), float(value), 1.0)


def scored(
    values: Mapping[str, Sequence[float | str]],
    *,
    binary: Sequence[str] = (),
    directions: Mapping[str, Direction] | None = None,
    families: int | None = None,
    must_pass: Sequence[int] = (),
    **changes: object,
) -> Scored:
    """A run of these columns of values; question i is q-00i, of the family i modulo `families`."""
    count = len(next(iter(values.values())))
    ids = [f"q-{number:03d}" for number in range(count)]
    directions = directions or {}
    return Scored(
        manifest=manifest(**{"questions": count} | changes),
        scorers={
            name: Scorer(
                scorer_id=f"{name}/1", direction=directions.get(name, "up"), binary=name in binary
            )
            for name in values
        },
        rows={
            id_: {name: score(column[number]) for name, column in values.items()}
            for number, id_ in enumerate(ids)
        },
        families={id_: f"f-{number % (families or count)}" for number, id_ in enumerate(ids)},
        types={id_: ("factoid", "temporal")[number % 2] for number, id_ in enumerate(ids)},
        must_pass=frozenset(ids[number] for number in must_pass),
    )
