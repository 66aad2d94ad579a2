"""`dateline eval run`: ask the gold questions, store the answers, score them."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from evals.material import Material, load_material
from evals.places import run_folder
from evals.runs.generator import jobs_for
from evals.runs.manifest import Manifest, manifest_of
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
    drafts: bool = False,
    judge: "JudgeOptions | None" = None,
) -> int:
    """Answer and score; return 4 if a question could not be answered for an error."""
    found = judge_named(judge)  # a judge that cannot be had is told before anything is asked
    settings = invocation.settings(**settings_of(changes))
    with asking(settings) as library:
        require_articles(library)
        material = load_material(library, gold=gold, split=split)
        folder = answered(
            settings, library, material, lambda m: out or run_folder(m), jobs=jobs, drafts=drafts
        )
        if judge and found and judge.dry_run:
            return estimated(invocation, found, folder, material)
        scored = score_and_store(folder, material, metrics, found)
    _tell(invocation, folder, scored)
    return 4 if told_failures(folder) else 0


def answered(
    settings: Settings,
    library: Library,
    material: Material,
    folder_of: Callable[[Manifest], Path],
    *,
    jobs: int,
    drafts: bool = False,
    task: str = "asking",
) -> Path:
    """Ask what the run does not hold yet; return its folder."""
    embedder = load_embedder(settings)
    answerer = chain_of(library, settings, embedder)
    at_a_time = jobs_for(answerer.generator, jobs)
    if at_a_time < jobs:
        complain(f"{answerer.generator} runs in this process: one question at a time.")
    manifest = manifest_of(
        material.questions,
        material.record,
        settings,
        split=material.split,
        embedding=embedder.identity,
        generator=answerer.generator,
        drafts=drafts,
    )
    folder = folder_of(manifest)
    writer = Writer(folder, manifest)
    with meter() as bar:
        outcome = answer_all(
            material.questions,
            answerer,
            writer,
            jobs=at_a_time,
            drafts=drafts,
            progress=lambda done, total: bar.update(task, done, total),
        )
    if outcome.taken_up:
        complain(f"{outcome.taken_up} answers were there already.")
    return folder


def told_failures(folder: Path) -> int:
    """Tell which questions of a run have no reply, and why; return how many."""
    failed = [answer for answer in read_run(folder).answers.values() if answer.reply is None]
    for answer in failed:
        complain(f"{answer.id}: {answer.error}")
    return len(failed)


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
