"""Cold questions to both chains, each in a new process: the runs behind `cold` and `memory`."""

from dataclasses import dataclass
from functools import cache

from evals.bench import children, stores
from evals.bench.children import Run
from evals.bench.model import model_folder
from evals.bench.place import Place

ROUNDS, QUICK_ROUNDS = 5, 3
QUESTION = "What did the White House say about Iran's attack on Israel in April 2024?"


@dataclass(frozen=True, slots=True)
class ColdRuns:
    """The runs of both sides, in the order in which they alternated."""

    ours: tuple[Run, ...]
    theirs: tuple[Run, ...]


@cache
def cold_runs(place: Place) -> ColdRuns:
    """Ask both chains the same question over the same documents, in alternation."""
    library, store = stores.dateline(place, 0).store, stores.stock(place, 0).store
    ask = children.dateline(library, "ask", QUESTION)
    search = children.module(
        "stock", "search", "--model", str(model_folder()), "--store", str(store), QUESTION
    )
    ours: list[Run] = []
    theirs: list[Run] = []
    for _ in range(QUICK_ROUNDS if place.quick else ROUNDS):
        theirs.append(children.run(search).succeeded())
        ours.append(children.run(ask).succeeded())
    return ColdRuns(tuple(ours), tuple(theirs))
