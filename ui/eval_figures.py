"""`dateline eval power`, `aa` and `calibrate`: what a gold set and a confidence are worth."""

from collections.abc import Sequence
from dataclasses import asdict
from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from evals.calibration import choose_tau, choose_threshold, curve_of, support_pairs
from evals.compare import compare
from evals.material import Material, load_material
from evals.metrics.registry import PRIMARY
from evals.runs.generator import jobs_for
from evals.runs.manifest import manifest_of
from evals.runs.runner import answer_all
from evals.runs.store import ANSWERS, Writer, read_run
from evals.scored import Scored
from evals.scorers import support_model
from evals.scoring import cases_of
from evals.statistics.auc import Point
from evals.statistics.power import detectable_drop
from rag.library.library import Library
from rag.models.load import load_embedder
from rag.settings import Settings
from ui.ask import chain_of
from ui.eval_score import judge_named, score
from ui.invocation import Invocation
from ui.output import write_json, write_line
from ui.progress import Meter, meter
from ui.session import asking, require_articles

if TYPE_CHECKING:
    from evals.judge.item import Item
    from evals.judge.judge import Judge
    from ui.eval_judge import JudgeOptions

SHOWN = 12
"""Lines of the risk-coverage curve that are printed."""


def run_power(invocation: Invocation, numbers: Sequence[int]) -> int:
    """Print the smallest net drop that so many independent questions show."""
    for n in numbers:
        drop = detectable_drop(n)
        if invocation.json:
            write_json({"questions": n, "detectable_drop": drop})
        elif drop is None:
            write_line(f"{n} questions show no drop, however large.")
        else:
            write_line(f"{n} questions show a net drop of {drop:.3f} (4 times of 5).")
    return 0


def run_aa(
    invocation: Invocation,
    gold: Sequence[Path],
    *,
    split: str,
    runs: int,
    jobs: int,
    judge: "JudgeOptions | None" = None,
) -> int:
    """Ask everything several times; return 1 if identical runs differ in a primary metric.

    With a judge, the first run is judged as often, and the code is the worse of both.
    """
    found = judge_named(judge)
    settings = invocation.settings()
    with asking(settings) as library, TemporaryDirectory() as place, meter() as bar:
        require_articles(library)
        material = load_material(library, gold=gold, split=split)
        folders = [Path(place) / str(number) for number in range(1, runs + 1)]
        for folder in folders:
            _answer_all(material, library, settings, folder, jobs, f"run {folder.name}", bar)
        scored = [score(folder, material) for folder in folders]
        same = len({(folder / ANSWERS).read_bytes() for folder in folders}) == 1
        shown = items_shown(found, folders[0], material)
    flips = _flips(scored)
    told = {"runs": runs, "questions": len(material.questions), "flips": flips, "same_bytes": same}
    if invocation.json:
        write_json(told)
    else:
        write_line(f"{runs} runs of {len(material.questions)} questions, each pair compared:")
        for name, count in flips.items():
            write_line(f"  {name}: {count} flips")
        write_line("The stored answers are the same bytes." if same else "The answers differ.")
    code = 1 if any(flips.values()) else 0
    if found is None:
        return code
    from ui.eval_judge import run_stability

    return max(code, run_stability(invocation, found, shown, repeats=runs))


def items_shown(judge: "Judge | None", folder: Path, material: Material) -> "list[Item]":
    """Return what a judge is to see of a run; nothing without one."""
    if judge is None:
        return []
    from ui.eval_judge import items_of

    return items_of(folder, material)


def _flips(scored: Sequence[Scored]) -> dict[str, int]:
    """Count the flipped questions of each primary metric over all pairs of runs."""
    flips = dict.fromkeys(PRIMARY, 0)
    for one, other in combinations(scored, 2):
        compared = compare(one, other, primary=PRIMARY, resamples=1, draws=1)
        for metric in compared.decisive:
            flips[metric.metric] += len(metric.flips)
    return flips


def run_calibrate(invocation: Invocation, gold: Sequence[Path], *, split: str, jobs: int) -> int:
    """Print the risk-coverage curve, and the threshold and tau that the questions choose."""
    settings = invocation.settings()
    always = settings.model_copy(update={"abstain_below": 0.0})
    with asking(settings) as library, TemporaryDirectory() as place, meter() as bar:
        require_articles(library)
        material = load_material(library, gold=gold, split=split)
        folder = Path(place)
        _answer_all(material, library, always, folder / "run", jobs, "asking", bar)
        cases = cases_of(read_run(folder / "run"), material.questions, material.record)
    curve = curve_of(cases)
    threshold = choose_threshold(cases, now=settings.abstain_below)
    model = support_model(material.record)
    tau = choose_tau(list(support_pairs(material.questions, material.record)), model)
    if invocation.json:
        write_json({"curve": asdict(curve), "abstain_below": asdict(threshold), "tau": asdict(tau)})
        return 0
    write_line(f"{len(cases)} questions of {split}, nothing declined")
    write_line(
        f"AURC {curve.aurc:.3f}; coverage at 5 % risk {curve.coverage_at_5_percent_risk:.2f}"
    )
    write_line(f"{'confidence at least':>20}{'coverage':>10}{'risk':>8}")
    for point in _every(curve.points, SHOWN):
        write_line(f"{point.threshold:20.2f}{point.coverage:10.2f}{point.risk:8.2f}")
    write_line(
        f"abstain_below {threshold.threshold:.2f}: IDK-conditioned score {threshold.score:.3f} "
        f"(with {settings.abstain_below:.2f}: {threshold.now:.3f})"
    )
    write_line(
        f"support tau {tau.tau:.2f}: balanced accuracy {tau.accuracy:.3f} on reference answers "
        f"(with {model.tau:.2f}: {tau.now:.3f})"
    )
    return 0


def _every(points: Sequence[Point], shown: int) -> Sequence[Point]:
    """Return at most so many points, evenly, the last among them."""
    step = max(1, -(-len(points) // shown))
    return points[step - 1 :: step] if len(points) % step == 0 else [*points[::step], points[-1]]


def _answer_all(
    material: Material,
    library: Library,
    settings: Settings,
    folder: Path,
    jobs: int,
    task: str,
    bar: Meter,
) -> None:
    answerer = chain_of(library, settings)
    manifest = manifest_of(
        material.questions,
        material.record,
        settings,
        split=material.split,
        embedding=load_embedder(settings).identity,
        generator=answerer.generator,
    )
    answer_all(
        material.questions,
        answerer,
        Writer(folder, manifest),
        jobs=jobs_for(answerer.generator, jobs),
        progress=lambda done, total: bar.update(task, done, total),
    )
