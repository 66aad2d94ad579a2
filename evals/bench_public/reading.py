"""What the reader reads in one given paragraph: whether it answers a question, and where.

The folder is as for answerability, each line of `answers.jsonl` naming the question's `paragraph`.
After SQuAD 2.0 (Rajpurkar, Jia and Liang 2018), whose answers count by exact words and by F1.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from evals.bench import beir
from evals.bench_public.engine import Engine
from evals.bench_public.figures import Figure, Progress, Result, area, drawn, mean, share
from evals.formats.source import json_lines
from evals.metrics.normalisation import tokens
from evals.metrics.token_f1 import f1
from rag.errors import UsageError
from rag.rerank import PassageReader

SAMPLE = 10_000
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of its paragraph: what is right, and what was read."""

    answers: tuple[str, ...]
    probability: float
    read: str

    @property
    def f1(self) -> float:
        """The best F1 of what was read with an answer; that of nothing where there is none."""
        right = self.answers or ("",)
        return max(f1(tokens(self.read), tokens(answer)).value or 0.0 for answer in right)

    @property
    def declined(self) -> "Asked":
        """The same, with nothing read where it is more likely that there is no answer."""
        return self if self.probability >= HALF else Asked(self.answers, self.probability, "")


def measure(folder: Path, engine: Engine, *, sample: int, seed: int, progress: Progress) -> Result:
    """Read `sample` questions drawn by the seed, each in its own paragraph.

    Raises UsageError where the settings do without the reader, DatelineError for a folder that is
    not such a benchmark.
    """
    if engine.reader is None:
        raise UsageError("This is measured of the reader: leave the setting 'reader' on.")
    documents = beir.read(folder).documents
    queries = json_lines(folder / "queries.jsonl")
    questions = {row.required("_id"): row.required("text") for row in queries}
    rows = list(json_lines(folder / "answers.jsonl"))
    chosen = drawn(rows, sample, seed=seed)
    asked = []
    for done, row in enumerate(chosen, start=1):
        document = documents[row.required("paragraph")]
        answers = tuple(row.texts("answers")) if row.flag("answerable") else ()
        question = questions[row.required("_id")]
        asked.append(_read(engine.reader, question, document, answers))
        progress("reading", done, len(chosen))
    answered = [one for one in asked if one.answers]
    said = f"{len(asked)} questions of {len(documents)} paragraphs, {len(answered)} answered there"
    return Result(said, figures(asked, seed=seed))


def figures(asked: Sequence[Asked], *, seed: int) -> tuple[Figure, ...]:
    """Return the figures of some questions, with intervals over the questions."""
    answered = [one for one in asked if one.answers]
    told = [(one.probability, bool(one.answers)) for one in asked]
    return (
        area("AUROC, the paragraph answers or not", told, seed=seed),
        share("told apart at one half", [(p >= HALF) == answers for p, answers in told]),
        mean("span F1, where it answers", [one.f1 for one in answered]),
        share("span exact, where it answers", [math.isclose(one.f1, 1.0) for one in answered]),
        mean("span F1 with declining, all", [one.declined.f1 for one in asked]),
    )


def _read(
    reader: PassageReader, question: str, document: beir.Document, answers: tuple[str, ...]
) -> Asked:
    [reading] = reader.read(question, [(document.title, document.text)])
    span = reading.best_span(0, len(document.text))
    read = document.text[span.start : span.end] if span else ""
    return Asked(answers, reading.answerable, read)
