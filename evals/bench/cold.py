"""A cold question, from process start to printed reply, against the stock chain's search.

Both are timed to the last byte that they print, so that neither pays for its shutdown.
"""

from statistics import median

from evals.bench.cold_runs import cold_runs
from evals.bench.figure import Bound, Check, Figure, number
from evals.bench.place import Place

AT_LEAST = 4.0
SECONDS_AT_MOST = 2.0


def measure(place: Place) -> Figure:
    """Medians of alternating runs, in seconds."""
    runs = cold_runs(place)
    ours = [run.printed_s for run in runs.ours]
    theirs = [run.printed_s for run in runs.theirs]
    mine, stock = median(ours), median(theirs)
    return Figure(
        "cold",
        f"dateline ask {number(mine)} s, stock search {number(stock)} s (medians of {len(ours)})",
        (
            Check("ratio", stock / mine, Bound.AT_LEAST, AT_LEAST),
            Check("ask", mine, Bound.AT_MOST, SECONDS_AT_MOST, "s"),
        ),
        {
            "printed_s": ours,
            "stock_printed_s": theirs,
            "wall_s": [run.wall_s for run in runs.ours],
            "stock_wall_s": [run.wall_s for run in runs.theirs],
        },
    )
