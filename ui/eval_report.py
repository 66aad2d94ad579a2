"""`dateline eval report`: a run, or a run against its baseline, as files to look at."""

from collections.abc import Callable, Sequence
from pathlib import Path

from evals.gate import Policy
from evals.material import Material, load_material
from evals.metrics.registry import PRIMARY
from evals.places import chosen_run
from evals.report.definitions import definitions
from evals.report.html import page
from evals.report.json_report import in_json
from evals.report.junit import suites
from evals.report.markdown import comment
from evals.report.report import Report, Source, gather
from evals.runs.store import read_manifest, read_run
from evals.scorers import scorers_for
from rag.errors import UsageError
from ui.eval_compare import RIGHT
from ui.eval_score import score
from ui.invocation import Invocation
from ui.output import write_json, write_line
from ui.session import reading, require_articles

PAGE = "report.html"


def run(
    invocation: Invocation,
    given: Path | None,
    baseline: Path | None,
    gold: Sequence[Path],
    *,
    html: Path | None,
    markdown: Path | None,
    junit: Path | None,
    json_path: Path | None,
    metrics: Sequence[str],
    policy: Policy | None = None,
) -> int:
    """Write the files that are named, or the page into the run's folder, and tell where."""
    folder = chosen_run(given)
    report = _gathered(invocation, folder, baseline, gold, metrics, policy or default_policy())
    wanted: list[tuple[Path | None, Callable[[Report], str]]] = [
        (html, page),
        (markdown, comment),
        (junit, suites),
        (json_path, in_json),
    ]
    named = [(path, write) for path, write in wanted if path is not None]
    written = [_replace(path, write(report)) for path, write in named or [(folder / PAGE, page)]]
    if invocation.json:
        write_json({"written": [str(path) for path in written]})
    else:
        for path in written:
            write_line(f"Written: {path}")
    return 0


def default_policy() -> Policy:
    """Return what decides unless something else is asked for."""
    return Policy(PRIMARY, right=RIGHT)


def _gathered(
    invocation: Invocation,
    folder: Path,
    baseline: Path | None,
    gold: Sequence[Path],
    metrics: Sequence[str],
    policy: Policy,
) -> Report:
    with reading(invocation.settings()) as library:
        require_articles(library)
        material = load_material(library, gold=gold, split=read_manifest(folder).split)
    return gather(
        _source(folder, material, metrics),
        material,
        policy=policy,
        baseline=_source(baseline, material, metrics) if baseline else None,
        definitions=definitions(scorers_for(material.record, metrics)),
    )


def _source(folder: Path, material: Material, metrics: Sequence[str]) -> Source:
    return Source(read_run(folder), score(folder, material, metrics))


def _replace(path: Path, text: str) -> Path:
    """Write a file as a whole; what was there stays until all of it is written."""
    if path.is_dir():
        raise UsageError(f"{str(path)!r} is a folder; name a file to write the report to.")
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.new")
    aside.write_text(text, encoding="utf-8", newline="\n")
    aside.replace(path)
    return path
