"""Resident peak of a cold question against the stock chain's, from the runs of `cold`."""

from statistics import median

from evals.bench.cold_runs import cold_runs
from evals.bench.figure import Bound, Check, Figure, number
from evals.bench.place import Place

AT_MOST = 0.5
MIB = 2**20


def measure(place: Place) -> Figure:
    """Medians of the largest resident set of any one process of a run, in MiB."""
    runs = cold_runs(place)
    ours = [run.peak_bytes / MIB for run in runs.ours]
    theirs = [run.peak_bytes / MIB for run in runs.theirs]
    mine, stock = median(ours), median(theirs)
    return Figure(
        "memory",
        f"dateline ask {number(mine)} MiB, stock search {number(stock)} MiB",
        (Check("ratio", mine / stock, Bound.AT_MOST, AT_MOST),),
        {"peak_mib": ours, "stock_peak_mib": theirs},
    )
