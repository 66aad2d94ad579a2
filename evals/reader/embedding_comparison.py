"""Two embedding models on the same questions, one by one, and whether the newer is to be kept."""

import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

import numpy as np

from evals.bench import beir
from evals.bench.intervals import bootstrap
from evals.bench.place import SEED
from evals.bench_public.engine import Engine
from evals.bench_public.retrieval import values_of
from evals.reader.fitting import passage_choice, read_questions
from evals.reader.progress import Progress
from ingest.reembed import reembed
from rag.errors import UsageError
from rag.library.library import open_library
from rag.models.embedder import Embedder
from rag.reader.reading import Reading
from rag.settings import Settings

Values = Mapping[str, Sequence[float]]
"""What each question got, from 0 to 1, by metric."""

ROUNDING = 1e-9
HITS = (1, 5)


@dataclass(frozen=True, slots=True)
class Compared:
    """A metric of a benchmark: what each question got with the one model and with the other."""

    benchmark: str
    metric: str
    shipped: Sequence[float]
    tuned: Sequence[float]

    @property
    def differences(self) -> list[float]:
        """What each question gained."""
        return [new - old for old, new in zip(self.shipped, self.tuned, strict=True)]

    @property
    def is_lower(self) -> bool:
        """Whether the fine-tuned model is worse here, by however little."""
        return fmean(self.differences) < -ROUNDING

    def line(self) -> str:
        """Return it as a line of the table, each mean with its 95 % interval."""
        cells = (_cell(self.shipped), _cell(self.tuned), _cell(self.differences, sign="+"))
        return "".join([f"{self.benchmark:12}{self.metric:12}", *(f"{c:25}" for c in cells)])


def compared(benchmark: str, shipped: Values, tuned: Values) -> list[Compared]:
    """Return the metrics of a benchmark, the same questions in the same order in both."""
    return [Compared(benchmark, name, shipped[name], tuned[name]) for name in shipped]


def table(rows: Sequence[Compared]) -> str:
    """Return the lines of the table."""
    heads = ("shipped", "fine-tuned", "gained by question")
    head = "".join([f"{'benchmark':12}{'metric':12}", *(f"{h:25}" for h in heads)])
    return "\n".join(line.rstrip() for line in (head, *(row.line() for row in rows)))


def verdict(rows: Sequence[Compared]) -> str:
    """Return `keep` if every metric is at least as good, else what is lower.

    Raises UsageError where nothing was measured.
    """
    if not rows:
        raise UsageError("Nothing was compared; name a benchmark with --benchmark.")
    lower = [f"{row.benchmark} {row.metric}" for row in rows if row.is_lower]
    return f"leave out: lower on {', '.join(lower)}" if lower else "keep"


def retrieval_values(
    folder: Path, engine: Engine, *, sample: int, progress: Progress, seed: int = SEED
) -> Values:
    """Return what `evals.bench_public.retrieval` takes the means of, in the queries' order."""
    return values_of(beir.read(folder).sample(sample, seed=seed), engine, progress)


def gold_values(library: Path, embedder: Embedder, settings: Settings, gold: Path) -> Values:
    """Return whether a gold passage is among the first that retrieval alone finds, by question.

    Raises LibraryMismatch for a library that another model has embedded.
    """
    with closing(open_library(library, embedding=embedder.identity)) as opened:
        reads = read_questions(opened, embedder, _Unread(), settings, gold)
        right = [passage_choice(read).right for read in reads]
    return {f"hit@{most}": [float(one[:most].any()) for one in right] for most in HITS}


def gold_compared(
    library: Path, shipped: Embedder, tuned: Embedder, settings: Settings, gold: Path,
    progress: Progress,
) -> list[Compared]:  # fmt: skip
    """Compare on a library of the shipped model and on a copy that the other has embedded."""
    before = gold_values(library, shipped, settings, gold)
    with TemporaryDirectory() as place:
        copy = Path(place, "library")
        shutil.copytree(library, copy)
        reembed(copy, tuned, passage_tokens=settings.passage_tokens, progress=progress)
        after = gold_values(copy, tuned, settings, gold)
    return compared("gold", before, after)


class _Unread:
    """A `PassageReader` that has no opinion: retrieval's order stays."""

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:  # noqa: ARG002
        """Return for each passage that nothing is known of it."""
        nothing, nowhere = np.zeros(0, np.float32), np.zeros((0, 2), np.int32)
        return [Reading(0.0, 0.5, nothing, nothing, 0.0, nowhere, text) for _, text in passages]


def _cell(values: Sequence[float], *, sign: str = "") -> str:
    low, high = bootstrap(values)
    return f"{fmean(values):{sign}.3f} [{low:{sign}.3f}, {high:{sign}.3f}]"
