"""Answerability on SQuAD-style questions: what the engine's confidence and declining are worth.

A BEIR folder with `answers.jsonl` besides: `_id` of a question, `answerable`, `answers`. After the
unanswerable questions of SQuAD 2.0 (Rajpurkar, Jia and Liang 2018).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

from evals.bench import beir
from evals.bench.beir import Benchmark
from evals.bench_public.appearance import answer_of, any_appears
from evals.bench_public.engine import Engine, indexed
from evals.bench_public.figures import Figure, Progress, Result, area, drawn, mean, share
from evals.formats.source import json_lines
from evals.statistics.auc import aurc, coverage_at_risk
from rag.answerer import Ask
from rag.reply import Reply

SAMPLE = 500


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, whether it can be answered, and what became of it."""

    answerable: bool
    right: bool
    declined: bool
    confidence: float
    near: bool
    """A right answer stands in what an abstaining reply shows as nearest."""


def measure(folder: Path, engine: Engine, *, sample: int, seed: int, progress: Progress) -> Result:
    """Ask `sample` questions drawn by the seed, over all documents.

    An answer is right if an accepted answer appears in it. The confidence is judged whether or not
    the reply declined. Raises DatelineError for a folder that is not such a benchmark.
    """
    benchmark = _with_all_queries(folder)
    answers = {row.required("_id"): row for row in json_lines(folder / "answers.jsonl")}
    ids = sorted(answers.keys() & benchmark.queries.keys())
    chosen = drawn(ids, sample, seed=seed)
    asked = []
    with (
        TemporaryDirectory() as place,
        indexed(benchmark, engine, Path(place), progress) as library,
    ):
        answerer = library.answerer()
        for done, id_ in enumerate(chosen, start=1):
            reply = answerer.answer(Ask(benchmark.queries[id_], id=id_))
            fields = answers[id_]
            asked.append(_asked(reply, bool(fields.flag("answerable")), fields.texts("answers")))
            progress("asking", done, len(chosen))
    declined_below = engine.settings.abstain_below
    said = (
        f"{len(asked)} questions, {sum(one.answerable for one in asked)} of them answerable, "
        f"{len(benchmark.documents)} documents, declined below {declined_below:.2f}"
    )
    return Result(said, figures(asked, seed=seed))


def _with_all_queries(folder: Path) -> Benchmark:
    """Return the benchmark with the queries that nothing is judged for, too."""
    rows = json_lines(folder / "queries.jsonl")
    queries = {row.required("_id"): row.required("text") for row in rows}
    return replace(beir.read(folder), queries=queries)


def _asked(reply: Reply, answerable: bool, answers: Sequence[str]) -> Asked:
    declined = reply.status == "abstained"
    shown = "\n".join(citation.text for citation in reply.nearest)
    return Asked(
        answerable=answerable,
        right=answerable and not declined and any_appears(answers, answer_of(reply)),
        declined=declined,
        confidence=reply.confidence,
        near=declined and any_appears(answers, shown),
    )


def figures(asked: Sequence[Asked], *, seed: int) -> tuple[Figure, ...]:
    """Return the figures of some questions; intervals over the questions.

    Risk and coverage are over all questions, an answer to an unanswerable one being wrong.
    """
    yes = [one for one in asked if one.answerable]
    no = [one for one in asked if not one.answerable]
    declined = [one for one in asked if one.declined]
    wrongly = [one for one in declined if one.answerable]
    answered = [one for one in yes if not one.declined]
    ordered = [one.confidence if not one.declined else 0.0 for one in asked]
    right = [float(one.right) for one in asked]
    kept = [float(one.right if one.answerable else one.declined) for one in asked]
    risk = aurc(ordered, right) if asked else math.nan
    coverage = coverage_at_risk(ordered, right) if asked else math.nan
    return (
        area(
            "AUROC of the confidence, answerable or not",
            [(one.confidence, one.answerable) for one in asked],
            seed=seed,
        ),
        share("answerable questions answered", [not one.declined for one in yes]),
        share("unanswerable questions declined", [one.declined for one in no]),
        share("declined questions unanswerable (precision)", [not o.answerable for o in declined]),
        share("answered, answerable: a right answer appears", [one.right for one in answered]),
        share("declined, answerable: it is in the nearest", [one.near for one in wrongly]),
        mean("IDK-conditioned score", kept),
        Figure("AURC (lower is better)", risk, len(asked)),
        Figure("coverage at 5 % risk", coverage, len(asked)),
    )
