"""The web app on the shipped record: start, weight, time to an answer, and a crowd of readers."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from evals.bench import children
from evals.bench.crowd import Crowd, crowd
from evals.bench.figure import Bound, Check, Figure, number
from evals.bench.page import Seen, browsing, seen
from evals.bench.place import REPOSITORY, Place
from evals.bench.served import Served, serving
from evals.gold.files import DEFAULT, read_gold

ASKED, QUICK_ASKED = 50, 5
READERS = 50
CROWD_S, QUICK_CROWD_S = 60.0, 5.0
SOURCES_S, WHOLE_S, START_S = 0.3, 0.6, 6.0
_MIB = 2**20


def measure(place: Place) -> Figure:
    """Ask in a browser, one question after another; then let fifty readers ask at once."""
    library = place.scratch("web") / "library"
    articles = REPOSITORY / "data" / "articles"
    children.run(children.dateline(library, "add", str(articles))).succeeded()
    questions = _questions()
    with browsing() as browser, serving(library) as served:
        looked = seen(
            browser,
            served.address,
            questions[: QUICK_ASKED if place.quick else ASKED],
            started=served.started,
        )
    with serving(library, requests_per_minute=1_000_000) as served:
        before, came, after = _crowded(served, questions, place)
    return Figure(
        "web",
        _said(looked, came, before, after),
        (
            Check("Enter to sources, median", _at(looked.sources_s, 50), Bound.AT_MOST, SOURCES_S,
                  "s"),
            Check("Enter to answer, median", _at(looked.whole_s, 50), Bound.AT_MOST, WHOLE_S, "s"),
            Check("start to usable page", looked.usable_s, Bound.AT_MOST, START_S, "s"),
            Check("errors under load", came.errors, Bound.AT_MOST, 0),
            Check("requests elsewhere", len(looked.elsewhere), Bound.AT_MOST, 0),
        ),
        {
            "sources_s": looked.sources_s,
            "whole_s": looked.whole_s,
            "usable_s": looked.usable_s,
            "page_bytes": looked.bytes,
            "page_requests": looked.requests,
            "crowd_seconds": came.seconds,
            "crowd_statuses": dict(came.statuses),
            "resident_before": before,
            "resident_after": after,
        },
    )  # fmt: skip


def _questions() -> list[str]:
    """Return the dev questions that stand alone."""
    gold = [placed.question for placed in read_gold([REPOSITORY / Path(DEFAULT)])]
    return [one.question for one in gold if one.split == "dev" and not one.history]


def _crowded(served: Served, questions: Sequence[str], place: Place) -> tuple[int, Crowd, int]:
    """Return the server's memory after a first answer, what came, and its memory then."""
    crowd(served.address, questions, readers=1, seconds=0.5)
    before = served.resident_bytes()
    seconds = QUICK_CROWD_S if place.quick else CROWD_S
    came = crowd(served.address, questions, readers=READERS, seconds=seconds)
    return before, came, served.resident_bytes()


def _said(looked: Seen, came: Crowd, before: int, after: int) -> str:
    refused = came.statuses["429"]
    return (
        f"p95 of {len(looked.whole_s)}: sources {number(_at(looked.sources_s, 95))} s, answer "
        f"{number(_at(looked.whole_s, 95))} s; page {number(looked.bytes / _MIB)} MiB in "
        f"{looked.requests} requests; {READERS} readers for {number(came.lasted_s)} s: "
        f"{number(came.answers_per_second)} answers/s, p50 {number(_at(came.seconds, 50))} s, p95 "
        f"{number(_at(came.seconds, 95))} s, {refused} times 429, memory "
        f"{number(before / _MIB)} to {number(after / _MIB)} MiB"
    )


def _at(seconds: Sequence[float], percentile: float) -> float:
    return float(np.percentile(seconds, percentile)) if seconds else float("inf")
