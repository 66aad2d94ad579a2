"""A run after scoring: every metric of every question, and what a comparison must know of them."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from evals.metrics.metric import Direction, Metric, Score, Status
from evals.runs.manifest import Manifest
from rag.errors import UsageError

SCORES = "scores.json"
DIGITS = 12
"""Decimals that are stored of a figure; what lies beyond may differ between machines."""


class Scorer(BaseModel):
    """Which scorer a metric's figures come from, and how they are read."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    scorer_id: str
    direction: Direction
    binary: bool = False


@dataclass(frozen=True, slots=True)
class Scored:
    """A scored run. `rows` holds, by question id, a score for every metric of `scorers`.

    Raises UsageError if the parts do not fit: another set of questions or metrics, an `ok` score
    without a finite value, or a binary one that is neither 0 nor 1.
    """

    manifest: Manifest
    scorers: Mapping[str, Scorer]
    rows: Mapping[str, Mapping[str, Score]]
    families: Mapping[str, str]
    types: Mapping[str, str]
    must_pass: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        """Check that the parts fit."""
        ids = self.rows.keys()
        if not self.families.keys() == self.types.keys() == ids or not self.must_pass <= ids:
            raise UsageError(
                "The scored questions, their families, types and must-pass marks do not name the "
                "same ids; score the run again."
            )
        for id_, row in self.rows.items():
            if row.keys() != self.scorers.keys():
                odd = ", ".join(sorted(row.keys() ^ self.scorers.keys()))
                raise UsageError(f"Question {id_!r} is not scored by the run's metrics: {odd}.")
            for name, score in row.items():
                fault = _fault(score, self.scorers[name])
                if fault:
                    raise UsageError(f"Question {id_!r}, metric {name!r}: {fault}.")


def scorer_of(metric: Metric) -> Scorer:
    """Return what is stored of a metric."""
    return Scorer(scorer_id=metric.scorer_id, direction=metric.direction, binary=metric.binary)


def checked(score: Score, scorer: Scorer) -> Score:
    """Return the score, or an `error` in place of one that `Scored` would refuse."""
    fault = _fault(score, scorer)
    return Score(None, status="error", note=fault) if fault else score


def _fault(score: Score, scorer: Scorer) -> str | None:
    """What is wrong with a score, or None."""
    if not math.isfinite(score.numerator) or not math.isfinite(score.denominator):
        return f"the fraction is {score.numerator!r} / {score.denominator!r}"
    if score.status != "ok":
        return None if score.value is None else f"{score.status} with the value {score.value!r}"
    if score.value is None or not math.isfinite(score.value):
        return f"ok with the value {score.value!r}"
    if scorer.binary and score.value not in (0.0, 1.0):
        return f"binary with the value {score.value!r}"
    return None


class _Value(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    value: float | None
    numerator: float = 0.0
    denominator: float = 0.0
    status: Status
    note: str | None = None


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    family: str
    type: str
    must_pass: bool = False
    scores: dict[str, _Value]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_version: int = 1
    manifest: Manifest
    scorers: dict[str, Scorer]
    questions: dict[str, _Row]


def in_json(scored: Scored) -> str:
    """Return the file of a scored run: keys sorted, a question a line, 12 decimals."""
    questions = ",\n".join(
        f"  {_compact(id_)}: {_compact(_row(scored, id_))}" for id_ in sorted(scored.rows)
    )
    scorers = {name: scorer.model_dump() for name, scorer in scored.scorers.items()}
    return (
        f'{{"manifest": {_compact(scored.manifest.model_dump(mode="json"))},\n'
        f'"questions": {{\n{questions}\n}},\n'
        f'"schema_version": 1,\n"scorers": {_compact(scorers)}}}\n'
    )


def _row(scored: Scored, id_: str) -> dict[str, Any]:
    return {
        "family": scored.families[id_],
        "type": scored.types[id_],
        "must_pass": id_ in scored.must_pass,
        "scores": {name: _stored(score) for name, score in scored.rows[id_].items()},
    }


def _stored(score: Score) -> dict[str, Any]:
    kept: dict[str, Any] = {
        "value": _rounded(score.value),
        "numerator": _rounded(score.numerator),
        "denominator": _rounded(score.denominator),
        "status": score.status,
    }
    return kept | ({"note": score.note} if score.note is not None else {})


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(float(value), DIGITS) + 0.0  # no -0.0


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, allow_nan=False)


def write_scores(path: Path, scored: Scored) -> None:
    """Replace the file of a scored run as a whole; it is never left half-written."""
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(in_json(scored), encoding="utf-8")
    aside.replace(path)


def read_scores(path: Path) -> Scored:
    """Return a scored run; `path` is the file, or the folder of the run that holds it.

    Raises UsageError if there is none, or if the file is not one.
    """
    file = path / SCORES if path.is_dir() else path
    try:
        stored = _File.model_validate_json(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UsageError(f"There are no scores at {str(file)!r}; score the run first.") from error
    except (ValidationError, UnicodeDecodeError) as error:
        raise UsageError(f"{str(file)!r} is not a scored run; score the run again.") from error
    rows = stored.questions
    return Scored(
        manifest=stored.manifest,
        scorers=stored.scorers,
        rows={
            id_: {name: Score(**value.model_dump()) for name, value in row.scores.items()}
            for id_, row in rows.items()
        },
        families={id_: row.family for id_, row in rows.items()},
        types={id_: row.type for id_, row in rows.items()},
        must_pass=frozenset(id_ for id_, row in rows.items() if row.must_pass),
    )
