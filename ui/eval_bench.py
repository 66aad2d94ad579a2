"""`dateline eval bench`: figures on public data in a folder."""

from pathlib import Path

from evals.bench.place import SEED
from evals.bench_dir import measure, public_of
from evals.bench_public.engine import Engine
from rag.models.load import load_embedder
from rag.reader.load import load_reader
from ui.invocation import Invocation
from ui.output import write_json, write_line
from ui.progress import meter


def run(
    invocation: Invocation, name: str, folder: Path, *, sample: int | None, seed: int = SEED
) -> int:
    """Measure a benchmark and print its figures, one a line; the user's library is not touched."""
    public_of(name)  # a wrong name is told before a model is loaded
    settings = invocation.settings()
    with meter() as bar:
        result = measure(
            name,
            folder,
            Engine(load_embedder(settings), settings, load_reader(settings)),
            sample=sample,
            seed=seed,
            progress=bar.update,
        )
    if invocation.json:
        write_json(
            {
                "benchmark": name,
                "folder": str(folder),
                "said": result.said,
                "seed": seed,
                "figures": [figure.record() for figure in result.figures],
            }
        )
        return 0
    write_line(f"{name} in {folder}: {result.said}")
    for figure in result.figures:
        write_line(figure.line().rstrip())
    return 0
