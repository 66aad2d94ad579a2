"""`dateline eval compare`, `gate` and `bless`: two runs, a verdict, a new baseline."""

import shutil
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from evals.compare import Comparison, compare
from evals.gate import Policy
from evals.gate import judge as judge_runs
from evals.material import Material, load_material
from evals.metrics.registry import PRIMARY
from evals.places import baseline_folder, chosen_run
from evals.runs.store import ANSWERS, MANIFEST, read_manifest, read_run
from evals.scored import SCORES, Scored, write_scores
from evals.verdict import Decision, figures, sight, told
from rag.errors import UsageError
from ui.eval_score import judge_named, score
from ui.invocation import Invocation
from ui.output import write_json, write_line
from ui.session import reading, require_articles

if TYPE_CHECKING:
    from ui.eval_judge import JudgeOptions

RIGHT = ("idk_score",)
"""By which a question that must pass is right."""


def run_compare(
    invocation: Invocation,
    baseline: Path,
    candidate: Path,
    gold: Sequence[Path],
    *,
    metrics: Sequence[str],
    primary: Sequence[str],
    judge: "JudgeOptions | None" = None,
) -> int:
    """Print every metric of two runs, paired by question, and every flipped question."""
    _check_judge(primary, judge)
    before, after = _both(invocation, baseline, candidate, gold, metrics, judge)
    compared = compare(before, after, primary=tuple(primary) or PRIMARY)
    if invocation.json:
        write_json(_as_json(compared))
        return 0
    write_line(f"{baseline} -> {candidate}: {compared.questions} questions")
    for name in (*compared.primary, *(n for n in compared.metrics if n not in compared.primary)):
        metric = compared.metrics[name]
        write_line(figures(metric))
        if metric.primary:
            write_line(f"  {sight(metric)}")
        for flip in metric.flips:
            write_line(f"  {flip.question} {flip.before:.3g} -> {flip.after:.3g}")
    return 0


def run_gate(
    invocation: Invocation,
    given: Path | None,
    baseline: Path | None,
    gold: Sequence[Path],
    *,
    metrics: Sequence[str],
    policy: Policy,
    judge: "JudgeOptions | None" = None,
) -> int:
    """Print the verdict on a run against the baseline and return its exit code."""
    _check_judge(policy.primary, judge)
    candidate = chosen_run(given)
    folder = baseline_folder(baseline, read_manifest(candidate).split)
    before, after = _both(invocation, folder, candidate, gold, metrics, judge)
    decision = judge_runs(before, after, policy)
    if invocation.json:
        write_json(decision_as_json(decision))
    else:
        for line in told(decision).splitlines():
            write_line(line)
    return decision.exit_code


def _check_judge(primary: Sequence[str], judge: "JudgeOptions | None") -> None:
    """Raise UsageError where a judge is to decide that was not shown to be steady."""
    from ui.eval_judge import check_gate

    check_gate(primary, judge)


def _both(
    invocation: Invocation,
    baseline: Path,
    candidate: Path,
    gold: Sequence[Path],
    metrics: Sequence[str],
    judge: "JudgeOptions | None",
) -> tuple[Scored, Scored]:
    """Score both runs by the same scorers, as they are now."""
    split = read_manifest(candidate).split
    with reading(invocation.settings()) as library:
        require_articles(library)
        material = load_material(library, gold=gold, split=split)
    found = judge_named(judge)
    return score(baseline, material, metrics, found), score(candidate, material, metrics, found)


def run_bless(
    invocation: Invocation, given: Path | None, baseline: Path | None, gold: Sequence[Path]
) -> int:
    """Make a run the baseline: the only way in which a baseline changes."""
    folder = chosen_run(given)
    manifest = read_manifest(folder)
    with reading(invocation.settings()) as library:
        require_articles(library)
        material = load_material(library, gold=gold, split=manifest.split)
    _check_whole(folder, material)
    scored = score(folder, material)
    target = baseline_folder(baseline, manifest.split)
    aside = target.with_name(f".{target.name}.new")
    shutil.rmtree(aside, ignore_errors=True)
    aside.mkdir(parents=True)
    for name in (MANIFEST, ANSWERS):
        shutil.copyfile(folder / name, aside / name)
    write_scores(aside / SCORES, scored)
    shutil.rmtree(target, ignore_errors=True)
    aside.replace(target)
    write_line(f"{folder} is the baseline now: {target}")
    return 0


def _check_whole(folder: Path, material: Material) -> None:
    run = read_run(folder)
    asked = {question.id for question in material.questions}
    lacking = sorted(asked - {id_ for id_, a in run.answers.items() if a.reply is not None})
    if lacking:
        raise UsageError(
            f"{str(folder)!r} has no answer to {len(lacking)} questions, {lacking[0]!r} first; "
            "finish it with: dateline eval run"
        )


def _as_json(compared: Comparison) -> dict[str, object]:
    return asdict(compared)


def decision_as_json(decision: Decision) -> dict[str, object]:
    """Return the whole decision, with its exit code."""
    return {**asdict(decision), "exit_code": decision.exit_code}
