"""`dateline eval drill`: what the gate says to a run that is worse by a known amount."""

from collections.abc import Sequence
from pathlib import Path

from evals.drill import worsened
from evals.gate import Policy, judge
from evals.material import load_material
from evals.metrics.registry import PRIMARY
from evals.places import chosen_run
from evals.runs.store import read_manifest, read_run
from evals.scorers import scorers_for
from evals.scoring import scored_run
from evals.verdict import figures, sight
from ui.eval_compare import RIGHT, decision_as_json
from ui.invocation import Invocation
from ui.output import write_json, write_line
from ui.session import reading, require_articles


def run(
    invocation: Invocation,
    given: Path | None,
    gold: Sequence[Path],
    *,
    drop: float,
    seed: int,
) -> int:
    """Print the verdict on the worsened run against the run itself; nothing is stored."""
    folder = chosen_run(given)
    with reading(invocation.settings()) as library:
        require_articles(library)
        material = load_material(library, gold=gold, split=read_manifest(folder).split)
    before = read_run(folder)
    after, fallen = worsened(before, material, drop=drop, seed=seed)
    metrics = scorers_for(material.record)
    baseline, candidate = (
        scored_run(run, material.questions, material.record, metrics) for run in (before, after)
    )
    decision = judge(baseline, candidate, Policy(PRIMARY, right=RIGHT))
    if invocation.json:
        write_json({"fallen": fallen, **decision_as_json(decision)})
        return 0
    write_line(f"Citation precision made worse by {fallen:.3f}: the gate says {decision.verdict}")
    if decision.comparison is not None:
        metric = decision.comparison.metrics["gold_citation_precision"]
        write_line(f"  {figures(metric)}")
        write_line(f"  {sight(metric)}")
    return 0
