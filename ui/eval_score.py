"""`dateline eval score`: score stored answers again, and print the figures."""

from collections.abc import Sequence
from pathlib import Path

from evals.material import Material, load_material
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


def run(
    invocation: Invocation,
    gold: Sequence[Path],
    given: Path | None,
    *,
    metrics: Sequence[str],
) -> int:
    """Score the run and print its figures; return 4 if a scorer failed somewhere."""
    folder = chosen_run(given)
    split = read_manifest(folder).split
    with reading(invocation.settings()) as library:
        require_articles(library)
        material = load_material(library, gold=gold, split=split)
    scored = score_and_store(folder, material, metrics)
    if invocation.json:
        write_line(in_json(scored).rstrip())
    else:
        print_scores(folder, scored)
    failed = any(s.status == "error" for row in scored.rows.values() for s in row.values())
    return 4 if failed else 0


def score(folder: Path, material: Material, metrics: Sequence[str] = ()) -> Scored:
    """Return the scores of a stored run; raises UsageError if it is no run of this material."""
    with meter() as bar:
        return scored_run(
            read_run(folder),
            material.questions,
            material.record,
            scorers_for(material.record, metrics),
            progress=lambda done, total: bar.update("scoring", done, total),
        )


def score_and_store(folder: Path, material: Material, metrics: Sequence[str] = ()) -> Scored:
    """Score a run and write its scores beside its answers."""
    scored = score(folder, material, metrics)
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
