"""How long the stages of an answer took: reported, and never compared on a shared machine."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

from evals.runs.store import read_timings

JOBS = 2
"""Questions that a run asks at a time unless told otherwise."""


@dataclass(frozen=True, slots=True)
class StageLatency:
    """Milliseconds of one stage over `count` warm questions; `times` are all of them, ascending."""

    stage: str
    p50: float
    p95: float
    max: float
    count: int
    times: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Latency:
    """The stages in the order in which they were stored.

    `cold` are the first answers of the run, stage by stage, while models and files were still
    being opened; they are in none of the percentiles.
    """

    stages: tuple[StageLatency, ...] = ()
    cold: tuple[Mapping[str, float], ...] = ()


def latency_of(folder: Path, *, jobs: int = JOBS) -> Latency:
    """Return the latencies of a stored run."""
    return latency(read_timings(folder), jobs=jobs)


def latency(rows: Iterable[Mapping[str, float]], *, jobs: int = JOBS) -> Latency:
    """Return the latencies of questions in the order in which they were answered.

    `jobs` is how many were asked at a time: so many start cold together. A question that failed
    has no timings and is left out.
    """
    timed = [row for row in rows if row]
    cold, warm = timed[:jobs], timed[jobs:]
    stages = dict.fromkeys(stage for row in warm for stage in row)
    by_stage = {stage: [row[stage] for row in warm if stage in row] for stage in stages}
    return Latency(tuple(_stage(name, values) for name, values in by_stage.items()), tuple(cold))


def _stage(name: str, values: list[float]) -> StageLatency:
    ordered = sorted(values)
    return StageLatency(
        name,
        percentile(ordered, 50),
        percentile(ordered, 95),
        ordered[-1],
        len(ordered),
        tuple(ordered),
    )


def percentile(ordered: Sequence[float], percent: int) -> float:
    """Return the nearest-rank percentile of ascending values: one that was in fact measured."""
    return ordered[max(1, ceil(percent * len(ordered) / 100)) - 1]
