"""The runs of `dateline eval` that a server finds, and the report of one against another."""

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from evals.gate import Policy
from evals.gold.files import DEFAULT, gold_files
from evals.gold.question import GoldQuestion
from evals.material import Material, load_material
from evals.metrics.metric import Metric
from evals.metrics.registry import PRIMARY
from evals.places import BASELINES, GENERATORS, RUNS, baseline_folder
from evals.report.definitions import definitions
from evals.report.report import Report, Source, gather
from evals.runs.manifest import Manifest, corpus_digest, gold_digest
from evals.runs.store import ANSWERS, MANIFEST, TIMINGS, Answered, Run, read_manifest, read_run
from evals.scored import SCORES, Scored, read_scores, scorer_of
from evals.scorers import scorers_for
from evals.scoring import scored_run
from rag.errors import UsageError
from rag.library import catalogue
from rag.library.library import Library

RIGHT = ("idk_score",)
"""By which a question that must pass is right: as `dateline eval gate` decides."""

KEPT = 4
"""Reports that are kept; one of some two hundred questions takes a few megabytes."""

_FILES = (MANIFEST, ANSWERS, TIMINGS, SCORES)

Stamp = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """A run or a baseline on disk; `manifest` is None where it cannot be read."""

    folder: Path
    made: datetime
    manifest: Manifest | None = None

    @property
    def name(self) -> str:
        """The folder, relative to where the server runs: what a reader chooses it by."""
        return self.folder.as_posix()

    @property
    def label(self) -> str:
        """What a reader sees of it, in a line."""
        if self.manifest is None:
            return f"{self.folder.name}: not readable"
        kind = "baseline, " if self.folder.is_relative_to(BASELINES) else ""
        day = f"{self.made.day} {self.made:%b %Y %H:%M} UTC"
        return f"{self.folder.name}, {kind}{day}, {self.manifest.generator}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A report with all that its questions rest on; `before` is the baseline's run."""

    report: Report
    material: Material
    questions: Mapping[str, GoldQuestion]
    run: Mapping[str, Answered]
    before: Mapping[str, Answered] | None = None


def stored_runs() -> list[Stored]:
    """Return what `dateline eval run` and `eval generators` made here, the latest first.

    The first is the one that `dateline eval gate` takes where none is named.
    """
    return [*_latest_first(RUNS), *_latest_first(GENERATORS)]


def baselines_for(run: Stored) -> list[Stored]:
    """Return what a run can be compared with: baselines of its split first, then other runs."""
    split = run.manifest.split if run.manifest else None
    others = (*_latest_first(BASELINES), *stored_runs())
    return [
        one
        for one in others
        if one.manifest and one.manifest.split == split and one.folder != run.folder
    ]


def usual_baseline(run: Stored) -> Stored | None:
    """Return the committed baseline of the run's split, which generators are not held against."""
    if run.manifest is None or run.folder.is_relative_to(GENERATORS):
        return None
    wanted = baseline_folder(None, run.manifest.split)
    return next((one for one in baselines_for(run) if one.folder == wanted), None)


def _latest_first(parent: Path) -> list[Stored]:
    found = [_stored(path.parent) for path in parent.glob(f"*/{MANIFEST}")]
    return sorted(found, key=lambda one: (one.made, one.folder.name), reverse=True)


def _stored(folder: Path) -> Stored:
    made = datetime.fromtimestamp(folder.stat().st_mtime, UTC)
    try:
        return Stored(folder, made, read_manifest(folder))
    except (UsageError, OSError):
        return Stored(folder, made)


class Reports:
    """Gathers reports and keeps the last few until a file or an article changes."""

    def __init__(self, library: Library) -> None:
        """Take the library whose articles the gold anchors point into."""
        self._library = library
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str | None], tuple[Stamp, Reading]] = OrderedDict()

    def reading(self, run: str, baseline: str | None = None) -> Reading:
        """Return a run's report, against a baseline if one is named; a first time takes seconds.

        Raises UsageError for a name that is none of those listed, and for a run that cannot be
        read or scored with the gold questions and articles that are here now.
        """
        chosen = _named(run, stored_runs())
        against = _named(baseline, baselines_for(chosen)) if baseline else None
        folders = [chosen.folder, *([against.folder] if against else [])]
        with self._lock:  # a second reader waits for the first one's report
            stamp = self._stamp(folders)
            kept = self._kept.pop((run, baseline), None)
            if kept is None or kept[0] != stamp:
                kept = (stamp, self._gathered(chosen, against))
            self._kept[run, baseline] = kept
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return kept[1]

    def _stamp(self, folders: Sequence[Path]) -> Stamp:
        files = [folder / name for folder in folders for name in _FILES]
        with self._library.reading() as db:
            revision = catalogue.revision(db)
        return (revision, *map(_state, [*files, *gold_files([DEFAULT])]))

    def _gathered(self, chosen: Stored, against: Stored | None) -> Reading:
        with _readable(chosen):
            run = read_run(chosen.folder)
            material = _material(self._library, run)
            metrics = scorers_for(material.record)
            candidate = Source(run, _scores(run, material, metrics))
        before = None
        if against is not None:
            with _readable(against):
                other = read_run(against.folder)
                before = Source(other, _scores(other, material, metrics))
        with _readable(chosen):
            report = gather(
                candidate,
                material,
                policy=Policy(PRIMARY, right=RIGHT),
                baseline=before,
                definitions=definitions(metrics),
            )
        return Reading(
            report,
            material,
            {question.id: question for question in material.questions},
            run.answers,
            before.run.answers if before else None,
        )


def _named(name: str, known: Sequence[Stored]) -> Stored:
    found = next((one for one in known if one.name == name), None)
    if found is None:
        raise UsageError(f"There is no run {name!r} here any more; choose one of the list.")
    return found


def _state(path: Path) -> tuple[str, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return str(path), found.st_mtime_ns, found.st_size


@contextmanager
def _readable(stored: Stored) -> Iterator[None]:
    """Turn what a damaged file raises into one sentence."""
    try:
        yield
    except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        raise UsageError(
            f"{stored.name!r} cannot be read as a run ({type(error).__name__}); "
            "make it again into another folder with: dateline eval run --out FOLDER"
        ) from error


def _material(library: Library, run: Run) -> Material:
    """Return the questions of the run's split: of a sample, those that it was made from."""
    material = load_material(library, split=run.manifest.split)
    sample = tuple(q for q in material.questions if q.id in run.answers)
    if len(sample) < len(material.questions) and gold_digest(sample) == run.manifest.gold:
        return replace(material, questions=sample)
    return material


def _scores(run: Run, material: Material, metrics: Sequence[Metric]) -> Scored:
    """Return the run's scores: those stored, where scoring it again would give the same."""
    return _stored_scores(run, material, metrics) or scored_run(
        run, material.questions, material.record, metrics
    )


def _stored_scores(run: Run, material: Material, metrics: Sequence[Metric]) -> Scored | None:
    scores, answers = (run.folder / name for name in (SCORES, ANSWERS))
    if not scores.exists() or scores.stat().st_mtime_ns < answers.stat().st_mtime_ns:
        return None
    try:
        stored = read_scores(run.folder)
    except (UsageError, OSError):
        return None  # answers are what a run is; its scores can be made again
    same = (
        stored.manifest == run.manifest
        and run.manifest.gold == gold_digest(material.questions)
        and run.manifest.corpus == corpus_digest(material.record)
        and stored.rows.keys() == {question.id for question in material.questions}
        and dict(stored.scorers) == {metric.name: scorer_of(metric) for metric in metrics}
    )
    return stored if same else None
