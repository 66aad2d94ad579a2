"""The table of the support checker's figures, as rows for whoever prints it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.bench_support.items import Half, Item, read_all
from evals.bench_support.judges import judges
from evals.bench_support.measure import RESAMPLES, Measured, choose_tau, measured, scored
from evals.bench_support.reading_judge import ClaimReader
from rag.support import SupportModel, idf_of


@dataclass(frozen=True, slots=True)
class Row:
    """One benchmark's reporting half at one tau: the shipped one, or that of its tuning half."""

    benchmark: str
    judge: str
    tau_from: str
    measured: Measured


HEADER = (
    "benchmark", "judge", "tau", "claims", "supported", "unsupported P", "R", "F1",
    "supported P", "R", "F1", "balanced accuracy", "AUROC",
)  # fmt: skip


def model_for(items: Sequence[Item], model: SupportModel | None = None) -> SupportModel:
    """Return the model with the idf of the paragraphs of these items' texts, labels unseen."""
    premises = dict.fromkeys(item.premise for item in items)
    paragraphs = (line for premise in premises for line in premise.splitlines() if line.strip())
    base = model or SupportModel()
    return SupportModel(idf_of(paragraphs), base.tau, base.low, base.window)


def rows(
    folder: Path,
    *,
    model: SupportModel | None = None,
    reader: ClaimReader | None = None,
    half: Half = "report",
    resamples: int = RESAMPLES,
    told: Callable[[int, int], None] = lambda _done, _total: None,
) -> list[Row]:
    """Measure each benchmark of the folder on one half of its sources.

    Every judge twice: at its own tau, and at the one chosen on the benchmark's tuning half. Term
    weights are of the tuning half's texts. Raises DatelineError where the folder holds no
    benchmark. `told` hears how many tables of how many are done, one for each benchmark and judge.
    """
    base = model or SupportModel()
    benchmarks = read_all(folder)
    total = len(benchmarks) * len(judges(base, reader))
    found: list[Row] = []
    told(0, total)
    for name, items in benchmarks.items():
        tuning = [item for item in items if item.half == "tune"]
        reported = [item for item in items if item.half == half]
        for who, judge in judges(model_for(tuning, base), reader).items():
            own = choose_tau([scored(tuning, judge)])
            of = scored(reported, judge)
            found += [
                Row(name, who, "shipped", measured(of, judge.tau, resamples=resamples)),
                Row(name, who, "own", measured(of, own, resamples=resamples)),
            ]
            told(len(found) // 2, total)
    return found


def pooled_tau(folder: Path, *, model: SupportModel | None = None) -> float:
    """Return the tau chosen on the tuning halves of all benchmarks, each weighing the same."""
    halves = ([i for i in items if i.half == "tune"] for items in read_all(folder).values())
    return choose_tau([scored(half, model_for(half, model)) for half in halves])


def as_text(row: Row) -> tuple[str, ...]:
    """Return a row's cells in the order of `HEADER`: value, and interval in brackets."""
    of: Mapping[str, object] = {
        name: f"{e.value:.3f} [{e.low:.3f}, {e.high:.3f}]"
        for name, e in row.measured.figures.items()
    }
    return (
        row.benchmark,
        row.judge,
        f"{row.measured.tau:.2f} ({row.tau_from})",
        str(row.measured.items),
        str(row.measured.supported),
        *(str(of[name]) for name in row.measured.figures),
    )
