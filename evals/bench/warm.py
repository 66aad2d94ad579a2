"""Warm extractive questions over the whole corpus in one process.

What a question costs at a hundred times as many passages is not measured here yet: that figure
needs a library made for it.
"""

import json
from pathlib import Path

from evals.bench import children
from evals.bench.figure import Bound, Check, Figure, number
from evals.bench.intervals import percentile
from evals.bench.place import Place
from evals.bench.questions import questions

QUESTIONS, QUICK_QUESTIONS = 200, 60
WARM_UP = 5
P50_MS, P95_MS = 100.0, 250.0
ADD_TIMEOUT_S = 3600.0


def measure(place: Place) -> Figure:
    """The 50th and 95th percentile of the milliseconds of a question, after a warm-up."""
    library = corpus_library(place)
    asked = questions(WARM_UP + (QUICK_QUESTIONS if place.quick else QUESTIONS))
    listed = place.scratch("warm") / "questions.txt"
    listed.write_text("\n".join(asked) + "\n", encoding="utf-8")
    command = children.module("dateline_warm", "--library", str(library), str(listed))
    milliseconds = json.loads(children.run(command).succeeded().output.splitlines()[-1])[WARM_UP:]
    half, most = percentile(milliseconds, 50), percentile(milliseconds, 95)
    return Figure(
        "warm",
        f"{len(milliseconds)} questions, slowest {number(max(milliseconds))} ms",
        (
            Check("p50", half, Bound.AT_MOST, P50_MS, "ms"),
            Check("p95", most, Bound.AT_MOST, P95_MS, "ms"),
        ),
        {"milliseconds": milliseconds},
    )


def corpus_library(place: Place) -> Path:
    """A library of all of the shared corpus; in a quick run of the two analyses alone."""
    library = place.scratch("warm") / "library"
    source = place.data("corpus", "analyses") if place.quick else place.data("corpus")
    children.run(
        children.dateline(library, "add", str(source)), timeout_s=ADD_TIMEOUT_S
    ).succeeded()
    return library
