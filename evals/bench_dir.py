"""Public benchmarks in place: which there are, and measuring one in a folder."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from evals.bench.place import SEED
from evals.bench_public import answerability, conflict, reading, retrieval, support
from evals.bench_public.engine import Engine
from evals.bench_public.figures import Progress, Result, silent
from rag.errors import UsageError

Measure = Callable[..., Result]


@dataclass(frozen=True, slots=True)
class Public:
    """A kind of benchmark; `sample` questions of it are asked unless told otherwise."""

    about: str
    measure: Measure
    sample: int
    needs: tuple[str, ...] = ()
    """What its folder holds."""


PUBLIC: Mapping[str, Public] = {
    "retrieval": Public(
        "hit@1, nDCG@10 and recall@10 on a BEIR folder", retrieval.measure, retrieval.SAMPLE,
        ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv"),
    ),
    "answerability": Public(
        "confidence and declining on SQuAD-style questions", answerability.measure,
        answerability.SAMPLE,
        ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv", "answers.jsonl"),
    ),
    "reading": Public(
        "the reader's answer in a given paragraph of SQuAD", reading.measure, reading.SAMPLE,
        ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv", "answers.jsonl"),
    ),
    "support": Public("the support checker on labelled claims", support.measure, 0),
    "conflict": Public(
        "right and wrong answers among conflicting documents", conflict.measure, conflict.SAMPLE,
        (conflict.FILE,),
    ),
}  # fmt: skip


def measure(
    name: str,
    folder: Path,
    engine: Engine,
    *,
    sample: int | None = None,
    seed: int = SEED,
    progress: Progress = silent,
) -> Result:
    """Measure a benchmark; the same seed draws the same questions and gives the same figures.

    Raises UsageError for a name that is none, a folder that lacks a file, and a sample below 1;
    DatelineError for a file that cannot be read.
    """
    public = public_of(name)
    if sample is not None and sample < 1:
        raise UsageError(f"A sample of {sample!r} questions is too small; give 1 or more.")
    missing = [part for part in public.needs if not (folder / part).is_file()]
    if missing or not folder.is_dir():
        raise UsageError(
            f"{str(folder)!r} is no folder for {name!r}: it lacks "
            f"{', '.join(missing) or 'everything'}."
        )
    chosen = public.sample if sample is None else sample
    return public.measure(folder, engine, sample=chosen, seed=seed, progress=progress)


def public_of(name: str) -> Public:
    """Return the benchmark of that name; raises UsageError if there is none."""
    if name not in PUBLIC:
        raise UsageError(f"There is no benchmark {name!r}; choose from {', '.join(PUBLIC)}.")
    return PUBLIC[name]
