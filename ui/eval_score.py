"""`dateline eval score`: score stored answers again, and print the figures."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evals.material import Material, load_material
from evals.metrics.metric import Metric
from evals.metrics.registry import PRIMARY
from evals.places import chosen_run
from evals.runs.store import read_manifest, read_run
from evals.scored import SCORES, Scored, in_json, write_scores
from evals.scorers import scorers_for
from evals.scoring import scored_run
from evals.summary import Summary, summarise
from ui.invocation import Invocation
from ui.output import write_line
from ui.progress import meter
from ui.session import reading, require_articles

if TYPE_CHECKING:
    from evals.judge.judge import Judge
    from ui.eval_judge import JudgeOptions


def run(
    invocation: Invocation,
    gold: Sequence[Path],
    given: Path | None,
    *,
    metrics: Sequence[str],
    judge: "JudgeOptions | None" = None,
) -> int:
    """Score the run and print its figures; return 4 if a scorer failed somewhere."""
    folder = chosen_run(given)
    split = read_manifest(folder).split
    with reading(invocation.settings()) as library:
        require_articles(library)
        material = load_material(library, gold=gold, split=split)
    found = judge_named(judge)
    if judge and found and judge.dry_run:
        return estimated(invocation, found, folder, material)
    scored = score_and_store(folder, material, metrics, found)
    if invocation.json:
        write_line(in_json(scored).rstrip())
    else:
        print_scores(folder, scored)
    failed = any(s.status == "error" for row in scored.rows.values() for s in row.values())
    return 4 if failed else 0


def judge_named(options: "JudgeOptions | None") -> "Judge | None":
    """Return the judge that was asked for, if one was."""
    if options is None:
        return None
    from ui.eval_judge import judge_of

    return judge_of(options)


def estimated(invocation: Invocation, judge: "Judge", folder: Path, material: Material) -> int:
    """Print what the judge would cost, and ask it nothing."""
    from ui.eval_judge import items_of, run_dry

    return run_dry(invocation, judge, items_of(folder, material))


def score(
    folder: Path, material: Material, metrics: Sequence[str] = (), judge: "Judge | None" = None
) -> Scored:
    """Return the scores of a stored run; raises UsageError if it is no run of this material."""
    judged: tuple[Metric, ...] = ()
    if judge is not None:
        from ui.eval_judge import judge_metrics

        judged = judge_metrics(judge, folder, material)
    with meter() as bar:
        return scored_run(
            read_run(folder),
            material.questions,
            material.record,
            (*scorers_for(material.record, metrics), *judged),
            progress=lambda done, total: bar.update("scoring", done, total),
        )


def score_and_store(
    folder: Path, material: Material, metrics: Sequence[str] = (), judge: "Judge | None" = None
) -> Scored:
    """Score a run and write its scores beside its answers."""
    scored = score(folder, material, metrics, judge)
    write_scores(folder / SCORES, scored)
    return scored


def print_scores(folder: Path, scored: Scored) -> None:
    """Print a line a metric, the primary ones first."""
    summaries = summarise(scored)
    others = [name for name in scored.scorers if name not in PRIMARY]
    families = len(set(scored.families.values()))
    write_line(f"{folder}: {len(scored.rows)} questions in {families} families")
    write_line(f"{'metric':28}{'mean':>7}  {'95 % interval':15}{'ok':>5}{'na':>5}{'error':>6}")
    for name in (*(n for n in PRIMARY if n in summaries), *others):
        write_line(_line(summaries[name], primary=name in PRIMARY))


def _line(summary: Summary, *, primary: bool) -> str:
    name = f"{'*' if primary else ' '} {summary.metric}"
    if summary.mean is None or summary.interval is None:
        figures = f"{'':7}  {'':15}"
    else:
        low, high = summary.interval
        figures = f"{summary.mean:7.3f}  [{low:.3f}, {high:.3f}]  "
    return f"{name:28}{figures}{summary.ok:5}{summary.na:5}{summary.error:6}".rstrip()
