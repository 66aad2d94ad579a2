"""Kills while adding and damaged index files: nothing lost, nothing silently wrong."""

from collections import Counter
from dataclasses import asdict

from evals.bench import damage, kills
from evals.bench.figure import Bound, Check, Figure
from evals.bench.place import Place


def measure(place: Place) -> Figure:
    """Counts over all trials; every count of harm is held to none."""
    return summary(kills.kills(place), damage.damages(place))


def summary(killed: list[kills.Trial], damaged: list[damage.Trial]) -> Figure:
    """The figure of trials that were made."""
    moments = Counter(_moment(trial) for trial in killed)
    troubles = [trial.trouble for trial in killed] + [trial.trouble for trial in damaged]
    kinds = Counter(str(trial.kind) for trial in damaged)
    said = (
        f"{len(killed)} kills of add ({_listed(moments)}),"
        f" {sum(trial.acknowledged for trial in killed)} articles acknowledged before them;"
        f" {len(damaged)} damaged index files ({_listed(kinds)})"
    )
    return Figure(
        "durability",
        said,
        (
            _none("articles lost", sum(trial.lost for trial in killed)),
            _none("kills that left an article in part", sum(trial.half for trial in killed)),
            _none("kills not finished by the same command", sum(not t.finished for t in killed)),
            _none("wrong answers after damage", sum(trial.wrong for trial in damaged)),
            _none("indexes not mended", sum(not trial.healthy for trial in damaged)),
            _none("failed commands", sum(map(bool, troubles))),
        ),
        {
            "kills": [asdict(trial) for trial in killed],
            "damages": [asdict(trial) for trial in damaged],
        },
    )


def _none(what: str, count: int) -> Check:
    return Check(what, count, Bound.AT_MOST, 0)


def _moment(trial: kills.Trial) -> str:
    if trial.ended:
        return "after the end"
    return "between commits" if trial.acknowledged else "before the first commit"


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{count} {what}" for what, count in sorted(counts.items()))
