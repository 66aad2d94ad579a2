"""The support checker on labelled claims: WiCE, RAGTruth and SummEdits."""

from pathlib import Path

from evals.bench_public.engine import Engine
from evals.bench_public.figures import Figure, Progress, Result
from evals.bench_support.table import Row, rows


def measure(
    folder: Path,
    engine: Engine,
    *,
    sample: int,  # noqa: ARG001
    seed: int,  # noqa: ARG001
    progress: Progress,
) -> Result:
    """Measure the reporting halves, all claims of them: nothing is drawn.

    The rules, and where the engine has a reader that too, alone and beside the rules.
    Raises DatelineError where the folder holds no benchmark.
    """
    found = rows(
        folder,
        reader=engine.reader,
        told=lambda done, total: progress("checking", done, total),
    )
    said = "reporting halves, at the shipped tau and at that of each tuning half"
    return Result(said, tuple(figure for row in found for figure in _figures(row)))


def _figures(row: Row) -> list[Figure]:
    at = f"{row.benchmark}, {row.judge}, tau {row.measured.tau:.2f} ({row.tau_from})"
    return [
        Figure(f"{at}: {name}", of.value, row.measured.items, (of.low, of.high))
        for name, of in row.measured.figures.items()
    ]
