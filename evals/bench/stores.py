"""Both chains over the same documents, each in a process of its own; a round is measured once."""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from evals.bench import children
from evals.bench.children import Run
from evals.bench.documents import white_house
from evals.bench.model import model_folder, require_stock
from evals.bench.place import Place


@dataclass(frozen=True, slots=True)
class Ingested:
    """One chain over all documents, once: `seconds` without imports and model loading."""

    store: Path
    seconds: float
    run: Run


@cache
def stock(place: Place, number: int) -> Ingested:
    """The stock chain's store of round `number`."""
    require_stock()
    store = place.scratch("stock", str(number))
    places = ("--model", str(model_folder()), "--store", str(store))
    paths = [str(path) for path in white_house(place)]
    return _ingested(children.module("stock", "ingest", *places, *paths), store)


@cache
def dateline(place: Place, number: int) -> Ingested:
    """Dateline's library of round `number`."""
    library = place.scratch("dateline") / str(number)
    paths = [str(path) for path in white_house(place)]
    return _ingested(children.module("dateline_child", "--library", str(library), *paths), library)


def _ingested(command: list[str], store: Path) -> Ingested:
    run = children.run(command).succeeded()
    seconds = float(json.loads(run.output.splitlines()[-1])["seconds"])
    return Ingested(store, seconds, run)
