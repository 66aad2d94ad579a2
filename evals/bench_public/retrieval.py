"""Retrieval on a folder in BEIR's layout: hit@1, nDCG@10, recall@10, best passage of each.

The same ranking and measures as `python -m evals.bench retrieval`, in this process.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.bench import beir
from evals.bench.beir import Benchmark
from evals.bench.ranking import documents_of, scores
from evals.bench.retrieval import PASSAGES
from evals.bench_public.engine import Engine, indexed
from evals.bench_public.figures import Progress, Result, mean

SAMPLE = 500


def measure(folder: Path, engine: Engine, *, sample: int, seed: int, progress: Progress) -> Result:
    """Search for `sample` of the folder's queries drawn by the seed, in a library of its documents.

    Raises DatelineError for a folder that is not such a benchmark, or a document that could not
    be added.
    """
    benchmark = beir.read(folder).sample(sample, seed=seed)
    values = values_of(benchmark, engine, progress)
    said = f"{len(benchmark.queries)} questions, {len(benchmark.documents)} documents"
    return Result(said, tuple(mean(name, each) for name, each in values.items()))


def values_of(
    benchmark: Benchmark, engine: Engine, progress: Progress
) -> dict[str, Sequence[float]]:
    """Return what each query got, from 0 to 1, by measure and in the queries' order."""
    found: dict[str, list[str]] = {}
    with (
        TemporaryDirectory() as place,
        indexed(benchmark, engine, Path(place), progress) as library,
    ):
        names = library.documents()
        for done, (query, text) in enumerate(benchmark.queries.items(), start=1):
            articles = library.search(text, PASSAGES)
            found[query] = documents_of(names[article] for article in articles)
            progress("searching", done, len(benchmark.queries))
    judged = benchmark.judgements
    measured = scores(found, judged)
    return {
        "hit@1": [float(_hit(found[query], grades)) for query, grades in judged.items()],
        "nDCG@10": [measured.ndcg[query] for query in judged],
        "recall@10": [measured.recall[query] for query in judged],
    }


def _hit(found: Sequence[str], grades: Mapping[str, int]) -> bool:
    """Whether the first document is a judged one."""
    return bool(found) and grades.get(found[0], 0) > 0
