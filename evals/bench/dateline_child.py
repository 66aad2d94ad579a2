"""Dateline's side of the ingest figure, in a process of its own.

`python -m evals.bench.dateline_child --library DIR FILE…` prints `{"seconds": …}`: the time from
the first file to the last commit, without imports and model loading, as the stock chain's.
"""

import argparse
import importlib
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path


def prepare(library: Path) -> Callable[[Sequence[Path]], object]:
    """Import the pipeline, load the embedding model, and return what adds files to `library`.

    The one place where the ingest figure meets `ingest.pipeline`. The model has embedded a text
    before this returns, so that the clock starts on a loaded model; Chroma is imported here for the
    same reason.
    """
    importlib.import_module("chromadb")
    from ingest.pages import FakeFetcher
    from ingest.pipeline import Adder
    from rag.library.library import open_library
    from rag.models.load import load_embedder
    from rag.settings import load_settings

    settings, _ = load_settings(library=library)
    embedder = load_embedder(settings)
    embedder.embed_query("ready")
    opened = open_library(library, embedding=embedder.identity, create=True)
    adder = Adder(opened, embedder, FakeFetcher({}), settings.passage_tokens)  # no URL is fetched
    return lambda files: adder.run([str(path) for path in files])


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
