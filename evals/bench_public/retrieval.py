"""Retrieval on a folder in BEIR's layout: nDCG@10 and recall@10, best passage of a document.

The same ranking and measures as `python -m evals.bench retrieval`, in this process.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from evals.bench import beir
from evals.bench.ranking import documents_of, scores
from evals.bench.retrieval import PASSAGES
from evals.bench_public.engine import Engine, indexed
from evals.bench_public.figures import Progress, Result, mean

SAMPLE = 500


def measure(folder: Path, engine: Engine, *, sample: int, seed: int, progress: Progress) -> Result:
    """Search for the judged queries, `sample` of them drawn by the seed.

    Raises DatelineError for a folder that is not in BEIR's layout.
    """
    benchmark = beir.read(folder).sample(sample, seed=seed)
    with (
        TemporaryDirectory() as place,
        indexed(benchmark, engine, Path(place), progress) as library,
    ):
        names = library.documents()
        found = {}
        for done, (id_, text) in enumerate(benchmark.queries.items(), start=1):
            articles = library.search(text, PASSAGES)
            found[id_] = documents_of(names[article] for article in articles)
            progress("searching", done, len(benchmark.queries))
    measured = scores(found, benchmark.judgements)
    said = f"{len(benchmark.queries)} questions, {len(benchmark.documents)} documents"
    return Result(
        said,
        (
            mean("nDCG@10", list(measured.ndcg.values())),
            mean("recall@10", list(measured.recall.values())),
        ),
    )
