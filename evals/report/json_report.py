"""The report as JSON, for programs."""

import json
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from evals.report import wording
from evals.report.report import Asked, Report, Side
from evals.scored import DIGITS

SCHEMA_VERSION = 1


def in_json(report: Report) -> str:
    """Return the whole report, keys sorted, figures with 12 decimals, ended by a line feed."""
    written = json.dumps(
        _rounded(_whole(report)), ensure_ascii=False, indent=1, sort_keys=True, allow_nan=False
    )
    return "".join(map(_encodable, written)) + "\n"


def _encodable(letter: str) -> str:
    """A lone surrogate has no UTF-8 form, but a JSON escape."""
    return f"\\u{ord(letter):04x}" if "\ud800" <= letter <= "\udfff" else letter


def _whole(report: Report) -> dict[str, Any]:
    decision = report.decision
    return {
        "schema_version": SCHEMA_VERSION,
        "verdict": wording.verdict(report),
        "sentence": wording.sentence(report),
        "exit_code": decision.exit_code if decision else None,
        "decision": asdict(decision) if decision else None,
        "policy": asdict(report.policy),
        "families": report.families,
        "scorers": {name: scorer.model_dump() for name, scorer in report.scorers.items()},
        "definitions": dict(report.definitions),
        "candidate": _side(report.candidate),
        "baseline": _side(report.baseline) if report.baseline else None,
        "differences": [asdict(difference) for difference in report.differences],
        "types": {
            type_: {name: asdict(cell) for name, cell in cells.items()}
            for type_, cells in report.cells.items()
        },
        "questions": [_question(asked) for asked in report.questions],
        "flips": [
            {
                "question": flip.asked.id,
                "history": flip.history,
                "references": flip.references,
                "evidence": [asdict(sought) for sought in flip.evidence],
                "baseline": asdict(flip.was),
                "candidate": asdict(flip.now),
            }
            for flip in report.flips
        ],
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "name": side.name,
        "manifest": side.manifest.model_dump(mode="json"),
        "metrics": {name: asdict(summary) for name, summary in side.overall.items()},
        "latency_ms": {
            "stages": [asdict(stage) for stage in side.latency.stages],
            "cold": [dict(row) for row in side.latency.cold],
        },
        "risk_coverage": asdict(side.curve) if side.curve else None,
    }


def _question(asked: Asked) -> dict[str, Any]:
    return {
        "id": asked.id,
        "type": asked.type,
        "family": asked.family,
        "question": asked.text,
        "must_pass": asked.must_pass,
        "scores": {name: asdict(score) for name, score in asked.scores.items()},
        "changes": [asdict(change) for change in asked.changes],
    }


def _rounded(value: Any) -> Any:  # noqa: ANN401 (any JSON value)
    if isinstance(value, float):
        return round(value, DIGITS) + 0.0  # no -0.0
    if isinstance(value, Mapping):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return value
