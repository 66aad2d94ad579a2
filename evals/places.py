"""Where runs and baselines are kept."""

from pathlib import Path

from evals.runs.manifest import Manifest, run_name
from evals.runs.store import MANIFEST
from rag.errors import UsageError

RUNS = Path(".evals/runs")
BASELINES = Path("data/baseline")
GENERATORS = Path(".evals/generators")
"""Runs that compare generators: apart from the others, of which the last one is what is gated."""


def run_folder(manifest: Manifest) -> Path:
    """Return the folder of a run that was not given one: the same run has the same folder."""
    return RUNS / run_name(manifest)


def generator_folder(manifest: Manifest) -> Path:
    """Return the folder of a run that compares generators."""
    return GENERATORS / run_name(manifest)


def chosen_run(given: Path | None) -> Path:
    """Return the run named, or the one that was made last; raise UsageError if there is none."""
    if given is not None:
        return given
    runs = [path.parent for path in RUNS.glob(f"*/{MANIFEST}")]
    if not runs:
        raise UsageError("There is no run yet. Make one with: dateline eval run")
    return max(runs, key=lambda folder: (folder.stat().st_mtime, folder.name))


def baseline_folder(given: Path | None, split: str) -> Path:
    """Return the baseline named, or the committed one of the split."""
    return given or BASELINES / split
