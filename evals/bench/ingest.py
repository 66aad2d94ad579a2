"""Characters a second of adding documents, against the stock chain on the same documents."""

from statistics import median

from evals.bench import stores
from evals.bench.documents import characters, white_house
from evals.bench.figure import Bound, Check, Figure, number
from evals.bench.place import Place
from evals.bench.stores import Ingested

ROUNDS, QUICK_ROUNDS = 3, 1
AT_LEAST = 4.5


def measure(place: Place) -> Figure:
    """Three rounds in alternation, medians; the wall clock is of the whole processes."""
    paths = white_house(place)
    count = characters(paths)
    ours: list[Ingested] = []
    theirs: list[Ingested] = []
    for round_number in range(QUICK_ROUNDS if place.quick else ROUNDS):
        theirs.append(stores.stock(place, round_number))
        ours.append(stores.dateline(place, round_number))
    rate, stock_rate = (count / median(each.seconds for each in side) for side in (ours, theirs))
    wall, stock_wall = (median(each.run.wall_s for each in side) for side in (ours, theirs))
    said = (
        f"dateline {number(rate)} characters/s, stock {number(stock_rate)} characters/s"
        f" ({len(paths)} documents, {number(count)} characters; whole processes"
        f" {number(wall)} s and {number(stock_wall)} s, ratio {number(stock_wall / wall)})"
    )
    values = {
        "documents": len(paths),
        "characters": count,
        "characters_per_s": rate,
        "stock_characters_per_s": stock_rate,
        "wall_s": [each.run.wall_s for each in ours],
        "stock_wall_s": [each.run.wall_s for each in theirs],
        "seconds": [each.seconds for each in ours],
        "stock_seconds": [each.seconds for each in theirs],
    }
    ratio = Check("ratio", rate / stock_rate, Bound.AT_LEAST, AT_LEAST)
    return Figure("ingest", said, (ratio,), values)
