"""`dateline eval run`: ask the gold questions, store the answers, score them."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evals.material import Material, load_material
from evals.places import run_folder
from evals.runs.manifest import manifest_of
from evals.runs.runner import answer_all
from evals.runs.store import Writer, read_run
from evals.scored import Scored
from rag.errors import UsageError
from rag.library.library import Library
from rag.models.load import load_embedder
from rag.settings import Settings
from ui.ask import chain_of
from ui.eval_score import estimated, judge_named, print_scores, score_and_store
from ui.invocation import Invocation
from ui.output import complain, write_json
from ui.progress import meter
from ui.session import asking, require_articles

if TYPE_CHECKING:
    from ui.eval_judge import JudgeOptions


def run(
    invocation: Invocation,
    gold: Sequence[Path],
    *,
    split: str,
    out: Path | None,
    jobs: int,
    changes: Sequence[str],
    metrics: Sequence[str],
    judge: "JudgeOptions | None" = None,
) -> int:
    """Answer and score; return 4 if a question could not be answered for an error."""
    found = judge_named(judge)  # a judge that cannot be had is told before anything is asked
    settings = invocation.settings(**settings_of(changes))
    with asking(settings) as library:
        require_articles(library)
        material = load_material(library, gold=gold, split=split)
        folder, failed = _answer(settings, library, material, out, jobs)
        if judge and found and judge.dry_run:
            return estimated(invocation, found, folder, material)
        scored = score_and_store(folder, material, metrics, found)
    _tell(invocation, folder, scored)
    for id_ in failed:
        complain(f"{id_}: {read_run(folder).answers[id_].error}")
    return 4 if failed else 0


def _answer(
    settings: Settings, library: Library, material: Material, out: Path | None, jobs: int
) -> tuple[Path, tuple[str, ...]]:
    manifest = manifest_of(
        material.questions,
        material.record,
        settings,
        split=material.split,
        embedding=load_embedder(settings).identity,
    )
    folder = out or run_folder(manifest)
    writer = Writer(folder, manifest)
    with meter() as bar:
        outcome = answer_all(
            material.questions,
            chain_of(library, settings),
            writer,
            jobs=jobs,
            progress=lambda done, total: bar.update("asking", done, total),
        )
    if outcome.taken_up:
        complain(f"{outcome.taken_up} answers were there already.")
    return folder, outcome.failed


def settings_of(changes: Sequence[str]) -> dict[str, str]:
    """Return the settings of `name=value` pairs; raise UsageError for anything else."""
    found = {}
    for change in changes:
        name, separator, value = change.partition("=")
        if not separator or name not in Settings.model_fields:
            raise UsageError(
                f"--set {change!r} is no setting; write NAME=VALUE with a name that "
                "`dateline doctor` lists."
            )
        found[name] = value
    return found


def _tell(invocation: Invocation, folder: Path, scored: Scored) -> None:
    if invocation.json:
        from evals.summary import summarise

        figures = {name: summary.mean for name, summary in summarise(scored).items()}
        write_json({"run": str(folder), "means": figures})
    else:
        print_scores(folder, scored)
