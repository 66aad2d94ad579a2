"""Conflicting documents: RAMDocs, whose questions have right, wrong and unrelated documents.

A line is `question`, `documents` (each with `text`), `gold_answers` and `wrong_answers`. After
Wang et al. 2025, "Retrieval-Augmented Generation with Conflicting Evidence" (arXiv 2504.13079),
where an answer must have every right answer and no wrong one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.bench.beir import Benchmark, Document
from evals.bench_public.appearance import answer_of, any_appears, appears
from evals.bench_public.engine import Engine, indexed
from evals.bench_public.figures import Progress, Result, drawn, share
from evals.formats.source import Fields, json_lines
from rag.answerer import Ask
from rag.reply import Reply

SAMPLE = 100
FILE = "ramdocs.jsonl"


@dataclass(frozen=True, slots=True)
class Answered:
    """What a reply says of one question; `given`: it did not decline."""

    given: bool
    all_right: bool
    some_right: bool
    wrong: bool
    positions: bool


def measure(folder: Path, engine: Engine, *, sample: int, seed: int, progress: Progress) -> Result:
    """Ask `sample` questions drawn by the seed, each over its own documents alone.

    Raises UsageError naming the line that is no such question.
    """
    rows = list(json_lines(folder / FILE))
    chosen = drawn(rows, sample, seed=seed)
    found = []
    for done, row in enumerate(chosen, start=1):
        found.append(_answered(row, engine))
        progress("asking", done, len(chosen))
    given = [one for one in found if one.given]
    said = f"{len(found)} questions, each with its own documents; {len(given)} answered"
    return Result(
        said,
        (
            share("answered", [one.given for one in found]),
            share("all right answers appear", [one.all_right for one in found]),
            share("a right answer appears", [one.some_right for one in found]),
            share("a wrong answer appears", [one.wrong for one in found]),
            share("all right answers, no wrong one", [o.all_right and not o.wrong for o in found]),
            share("positions told apart", [one.positions for one in found]),
            share("answered: all right answers appear", [one.all_right for one in given]),
            share("answered: a wrong answer appears", [one.wrong for one in given]),
        ),
    )


def _answered(row: Fields, engine: Engine) -> Answered:
    documents = {
        f"d{number}": Document("", document.required("text"))
        for number, document in enumerate(row.objects("documents"), start=1)
    }
    right, wrong = row.texts("gold_answers"), row.texts("wrong_answers")
    if not documents or not right:
        raise row.wrong("the question has no documents, or no 'gold_answers'.")
    benchmark = Benchmark("ramdocs", documents, {}, {})
    with TemporaryDirectory() as place, indexed(benchmark, engine, Path(place)) as library:
        reply = library.answerer().answer(Ask(row.required("question"), id="ramdocs"))
    return answered(reply, right, wrong)


def answered(reply: Reply, right: Sequence[str], wrong: Sequence[str]) -> Answered:
    """Return which answers the reply gives; one that declines gives none."""
    given = reply.status != "abstained"
    text = answer_of(reply)
    return Answered(
        given=given,
        all_right=all(appears(answer, text) for answer in right),
        some_right=any_appears(right, text),
        wrong=any_appears(wrong, text),
        positions=bool(reply.conflicts),
    )
