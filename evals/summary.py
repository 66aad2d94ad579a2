"""The figures of one scored run."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from evals.metrics.metric import Direction, Score
from evals.scored import Scored
from evals.statistics.bootstrap import RESAMPLES, interval


@dataclass(frozen=True, slots=True)
class Summary:
    """One metric over many questions.

    `mean` and its 95 % `interval` are over the questions that are `ok`, None where there is none;
    `coverage` is ok / (ok + error): what the mean leaves out by a scorer's failure. None where
    the metric is defined for no question.
    """

    metric: str
    direction: Direction
    binary: bool
    ok: int
    na: int
    error: int
    mean: float | None
    coverage: float | None
    interval: tuple[float, float] | None


def summarise(
    scored: Scored,
    *,
    questions: Collection[str] | None = None,
    resamples: int = RESAMPLES,
    seed: int = 0,
) -> dict[str, Summary]:
    """Return the summary of each metric, by name, over all questions or these ones.

    Intervals resample families, seeded; the order of the questions does not matter.
    """
    ids = sorted(scored.rows if questions is None else scored.rows.keys() & set(questions))
    return {
        name: _summary(scored, name, ids, resamples=resamples, seed=seed)
        for name in sorted(scored.scorers)
    }


def by_type(
    scored: Scored, *, resamples: int = RESAMPLES, seed: int = 0
) -> dict[str, dict[str, Summary]]:
    """Return the summaries of each type of question, by type and metric."""
    types: dict[str, list[str]] = {}
    for id_, type_ in scored.types.items():
        types.setdefault(type_, []).append(id_)
    return {
        type_: summarise(scored, questions=types[type_], resamples=resamples, seed=seed)
        for type_ in sorted(types)
    }


def _summary(scored: Scored, name: str, ids: list[str], *, resamples: int, seed: int) -> Summary:
    values = _values({id_: scored.rows[id_][name] for id_ in ids})
    families = [scored.families[id_] for id_ in values]
    states = [scored.rows[id_][name].status for id_ in ids]
    error, scorer = states.count("error"), scored.scorers[name]
    within = None
    if values:
        within = interval(list(values.values()), families, resamples=resamples, seed=seed)
    return Summary(
        metric=name,
        direction=scorer.direction,
        binary=scorer.binary,
        ok=len(values),
        na=states.count("na"),
        error=error,
        mean=sum(values.values()) / len(values) if values else None,
        coverage=len(values) / (len(values) + error) if len(values) + error else None,
        interval=within,
    )


def _values(scores: Mapping[str, Score]) -> dict[str, float]:
    return {
        id_: score.value
        for id_, score in scores.items()
        if score.status == "ok" and score.value is not None
    }
