"""Fine-tune the embedding model on the reader's questions, and tell whether that is worth keeping.

`python -m evals.reader.embedding`, after `make reader`: prints how the shipped and the fine-tuned
model find the documents of public benchmarks, and passages of the gold questions.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from evals.bench_public.engine import Engine
from evals.bench_public.retrieval import SAMPLE
from evals.reader.embedding_comparison import (
    Compared,
    compared,
    gold_compared,
    retrieval_values,
    table,
    verdict,
)
from evals.reader.embedding_export import TunedEmbedder, export, is_made
from evals.reader.embedding_pairs import BATCH, pairs_of
from evals.reader.making import FOLDER
from evals.reader.overlap import BENCHMARKS
from evals.reader.progress import Progress, bar
from evals.reader.rows import read_questions
from rag.errors import DatelineError, UsageError
from rag.models.embedder import Embedder
from rag.models.export import TOKENIZER
from rag.models.load import load_embedder
from rag.models.registry import embedding_card, locate, sha256_of
from rag.settings import DEFAULT_EMBEDDING, Settings, load_settings

QUESTIONS = "questions.jsonl"
GOLD = Path("data/gold/dev.jsonl")
NAMES = ("time", "squad2-a")
"""Benchmarks that are measured unless others are named, those of them that are there."""


def tuned_embedder(
    folder: Path, shipped: Embedder, *, seed: int, threads: int, progress: Progress
) -> TunedEmbedder:
    """Return the model fine-tuned on the rows of a folder, trained and exported if it is not yet.

    `shipped` finds the negatives. Raises UsageError where the folder has no answered question.
    """
    # As for the reader: what oneDNN keeps for every shape would grow to gigabytes.
    os.environ.setdefault("ONEDNN_PRIMITIVE_CACHE_CAPACITY", "64")
    from evals.reader.embedding_training import SCALE, STAGE, reading_tokenizer, tune
    from evals.reader.model import untrained

    card = embedding_card(DEFAULT_EMBEDDING)
    assert card is not None  # noqa: S101 (the default is in the registry)
    questions, target = folder / QUESTIONS, folder / "embedding"
    rows = read_questions(questions)
    if not any(row.answers for row in rows):
        raise UsageError(f"{str(questions)!r} has no answered question; make it with: make reader")
    stage = replace(STAGE, seed=seed)
    digest = sha256_of(questions)
    made_of = {**asdict(stage), "rows": digest, "base": card.sha256, "batch": BATCH, "scale": SCALE}
    if not is_made(target, made_of):
        original = locate(card)
        tokenizer = (original / TOKENIZER).read_text(encoding="utf-8")
        progress("choosing negatives", 0, len(rows))
        pairs = pairs_of(rows, shipped, seed=seed)
        progress("choosing negatives", len(rows), len(rows))
        model = tune(
            untrained(original, seed).encoder, pairs,
            reading_tokenizer(tokenizer, card.window), stage, folder,
            lambda step, total, _loss: progress("training", step, total),
            rows=digest,
        )  # fmt: skip
        export(model, tokenizer, target, made_of)
    return TunedEmbedder(target, card, threads=threads)


def compare(
    benchmarks: Sequence[Path], shipped: Embedder, tuned: Embedder, settings: Settings, *,
    sample: int, progress: Progress,
) -> list[Compared]:  # fmt: skip
    """Return every metric of every folder, without the reader: it would hide what was found."""
    rows: list[Compared] = []
    for folder in benchmarks:
        before, after = (
            retrieval_values(
                folder, Engine(embedder, settings, reader=None), sample=sample,
                progress=_named(progress, f"{folder.name}, {name}"),
            )
            for name, embedder in (("shipped", shipped), ("fine-tuned", tuned))
        )  # fmt: skip
        rows += compared(folder.name, before, after)
    return rows


def _named(progress: Progress, name: str) -> Progress:
    """Tell of each benchmark and model apart: a bar that is full stays so."""
    return lambda task, done, total: progress(f"{name}: {task}", done, total)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table and the verdict; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m evals.reader.embedding", description=__doc__)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="what `make reader` left")
    parser.add_argument(
        "--benchmark", type=Path, action="append", dest="benchmarks", help="folder in BEIR's layout"
    )
    parser.add_argument("--sample", type=int, default=SAMPLE, help="questions of each benchmark")
    parser.add_argument("--library", type=Path, help="of the shipped model, for the gold questions")
    parser.add_argument("--gold", type=Path, default=GOLD, help="gold questions of the library")
    parser.add_argument("--seed", type=int, default=0)
    given = parser.parse_args(arguments)
    found = [BENCHMARKS / name for name in NAMES if (BENCHMARKS / name).is_dir()]
    try:
        settings, _ = load_settings(embedding=DEFAULT_EMBEDDING)
        shipped = load_embedder(settings)
        with bar() as progress:
            tuned = tuned_embedder(
                given.folder, shipped, seed=given.seed, threads=settings.threads, progress=progress
            )
            rows = compare(
                given.benchmarks or found, shipped, tuned, settings,
                sample=given.sample, progress=progress,
            )  # fmt: skip
            if given.library is not None:
                rows += gold_compared(given.library, shipped, tuned, settings, given.gold, progress)
        said = f"{tuned.identity}\n{table(rows)}\n{verdict(rows)}\n"
    except DatelineError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; the same command goes on from here.\n")
        return 130
    sys.stdout.write(said)
    return 0


if __name__ == "__main__":
    sys.exit(main())
