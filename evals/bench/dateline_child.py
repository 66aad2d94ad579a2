"""Dateline's side of the ingest figure, in a process of its own.

`python -m evals.bench.dateline_child --library DIR FILE…` prints `{"seconds": …}`: the time from
the first file to the last commit, without imports and model loading, as the stock chain's.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path


def prepare(library: Path) -> Callable[[Sequence[Path]], object]:
    """Import the pipeline, load the embedding model, and return what adds files to `library`.

    TO WIRE: the one place where the ingest figure meets `ingest.pipeline`. The model must have
    embedded one text before this returns, so that the clock starts on a loaded model.
    """
    raise NotImplementedError(f"the pipeline is not wired; {str(library)!r} stays empty")


def main(arguments: Sequence[str] | None = None) -> None:
    """Add the files and print the seconds."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.dateline_child")
    parser.add_argument("--library", type=Path, required=True, help="folder of the new library")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    given = parser.parse_args(arguments)
    add = prepare(given.library)
    started = time.perf_counter()
    add(given.files)
    sys.stdout.write(json.dumps({"seconds": time.perf_counter() - started}) + "\n")


if __name__ == "__main__":
    main()
