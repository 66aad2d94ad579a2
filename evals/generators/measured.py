"""Which local models answer better than the articles' own sentences, as an evaluation found.

`rag/generate/measured.json` is written by `dateline eval generators --write` and read by the
generator `auto`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rag
from evals.compare import Comparison, compare
from evals.gate import Policy, fell, judge
from evals.runs.manifest import MEASURED
from evals.scored import Scored
from evals.verdict import Decision, Verdict, figures
from rag.errors import UsageError

HEADLINE = "idk_score"
"""What a model must be better by."""

KEPT = ("nugget_recall", "alce_precision", "gold_citation_precision")
"""What it must not be worse by: how much of the answer is there, and both citation precisions.

The check that stands between a model and the reader is also what ALCE's precision is counted by,
so that the precision against gold spans, which needs no such check, decides beside it.
"""

FILE = Path(rag.__file__).parent / MEASURED
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class Finding:
    """One model against the extractive answers: `better`, and a sentence for each reason.

    `gained`: `idk_score` is better for certain. `kept`: the gate's decision on the rest.
    """

    gained: bool
    kept: Decision
    comparison: Comparison
    reasons: tuple[str, ...]

    @property
    def better(self) -> bool:
        """Whether `auto` may take the model."""
        return self.gained and self.kept.verdict is Verdict.NON_INFERIOR


def found(extractive: Scored, model: Scored) -> Finding:
    """Judge a model's run against the extractive one, by the gate's own rules.

    Better means both of these. With the two runs in each other's place, the gate would call the
    change in `idk_score` a REGRESSION: a one-sided p below alpha, and at least its minimum
    effect. And the gate calls the model NON-INFERIOR in `KEPT` together: the interval of each
    excludes a drop of its margin, no question that must pass was lost (by `idk_score`), every
    citation resolves, and no scorer failed. INCONCLUSIVE is not enough: without proof, `auto`
    keeps to the articles' own sentences.

    Raises UsageError for runs that do not compare.
    """
    policy = Policy((HEADLINE,))
    gain = compare(model, extractive, primary=policy.primary).metrics[HEADLINE]
    kept = judge(extractive, model, Policy(KEPT, right=(HEADLINE,)))
    comparison = compare(extractive, model, primary=(HEADLINE, *KEPT))
    gained = fell(gain, policy)
    headline = figures(comparison.metrics[HEADLINE])
    said = "is better" if gained else "is not shown to be better"
    reasons = (f"{HEADLINE} {said}: {headline}.", f"{kept.verdict} otherwise.", *kept.reasons)
    return Finding(gained, kept, comparison, reasons)


def entry(model: Scored, finding: Finding) -> dict[str, Any]:
    """Return what is stored of a model: its figures, what they were made from, and `better`."""
    manifest = model.manifest
    return {
        "better": finding.better,
        "score": _mean(model, HEADLINE),
        "reasons": list(finding.reasons),
        "split": manifest.split,
        "questions": manifest.questions,
        "code": manifest.code,
        "prompts": manifest.prompts,
        "gold": manifest.gold,
        "corpus": manifest.corpus,
        "embedding": manifest.embedding,
        "metrics": {
            metric.metric: {
                "extractive": _rounded(metric.baseline),
                "model": _rounded(metric.candidate),
                "difference": _rounded(metric.difference),
                "interval": [_rounded(end) for end in metric.interval or ()],
            }
            for metric in finding.comparison.decisive
        },
    }


def _mean(scored: Scored, name: str) -> float:
    values = [row[name].value for row in scored.rows.values()]
    defined = [value for value in values if value is not None]
    return round(sum(defined) / len(defined), _DIGITS) if defined else 0.0


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)


def write(entries: Mapping[str, Mapping[str, Any]], file: Path | None = None) -> Path:
    """Put the models' entries into the file, by name; those of other models stay as they are.

    Raises UsageError if the file that is there cannot be read or replaced.
    """
    path = file or FILE
    models = {**_stored(path), **entries}
    text = json.dumps({"schema_version": 1, "models": models}, indent=2, sort_keys=True)
    aside = path.with_name(f".{path.name}.new")
    try:
        aside.write_text(text + "\n", encoding="utf-8")
        aside.replace(path)
    except OSError as error:
        raise UsageError(f"{str(path)!r} cannot be written: {error.strerror}.") from error
    return path


def _stored(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text(encoding="utf-8"))["models"])
    except FileNotFoundError:
        return {}
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{str(path)!r} is no record of measured models; remove it, and measure again."
        ) from error
