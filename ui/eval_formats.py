"""`dateline eval export` and `import`: gold questions and runs in the formats of other tools."""

from collections.abc import Sequence
from pathlib import Path

from evals.formats.exported import Exported, in_json_lines, write
from evals.formats.registry import export, format_of, import_, score_ranking
from evals.formats.trec_run import RankingScored
from evals.gold.articles import record_of
from evals.gold.files import in_json
from evals.material import load_material
from evals.runs.store import read_run
from ui.invocation import Invocation
from ui.output import complain, write_json, write_line
from ui.session import reading, require_articles


def run_export(
    invocation: Invocation,
    name: str,
    target: Path,
    gold: Sequence[Path],
    split: str,
    run: Path | None,
) -> int:
    """Write the gold questions of a split, and of a run what the format holds."""
    format_of(name)  # a wrong name is told before anything is opened
    stored = read_run(run) if run is not None else None
    with reading(invocation.settings()) as library:
        require_articles(library)
        material = load_material(library, gold=gold, split=split)
    exported = export(name, target, material, stored)
    paths = [str(target / file) if file else str(target) for file in exported.files]
    if invocation.json:
        write_json({"format": name, "written": paths, "notes": exported.notes})
        return 0
    for path in paths:
        write_line(path)
    _note(exported.notes)
    return 0


def run_import(
    invocation: Invocation,
    name: str,
    source: Path,
    out: Path | None,
    split: str,
    *,
    gold: Sequence[Path] = (),
) -> int:
    """Write draft gold questions to `out`, or print them; a ranking is scored against `gold`."""
    ranks = format_of(name).ranks
    with reading(invocation.settings()) as library:
        require_articles(library)
        if ranks:
            scored = score_ranking(name, source, load_material(library, gold=gold, split=split))
            return _tell_ranking(invocation, scored, out)
        found = import_(name, source, record_of(library), split)
    lines = "".join(f"{in_json(question)}\n" for question in found.questions)
    if out is not None:
        write(Exported({"": lines}), out)
    elif not invocation.json:
        for line in lines.splitlines():
            write_line(line)
    if invocation.json:
        told = {"format": name, "written": out and str(out), "notes": found.notes}
        write_json({**told, "questions": len(found.questions)})
        return 0
    _note(found.notes)
    return 0


def _tell_ranking(invocation: Invocation, scored: RankingScored, out: Path | None) -> int:
    """Print the means; each question's figures go to `out`. 4 if a scorer failed somewhere."""
    if out is not None:
        rows = (
            {"id": id_, **{name: score.value for name, score in row.items()}}
            for id_, row in scored.rows.items()
        )
        write(Exported({"": in_json_lines(rows)}), out)
    means = scored.means()
    if invocation.json:
        figures = {name: mean for name, (mean, _) in means.items()}
        write_json({"questions": len(scored.rows), "means": figures, "notes": scored.notes})
    else:
        write_line(f"{'metric':24}{'mean':>7}{'questions':>11}")
        for name, (mean, count) in means.items():
            write_line(f"{name:24}{'' if mean is None else f'{mean:.3f}':>7}{count:11}")
        _note(scored.notes)
    failed = any(s.status == "error" for row in scored.rows.values() for s in row.values())
    return 4 if failed else 0


def _note(notes: Sequence[str]) -> None:
    for note in notes:
        complain(f"{note}.")
