"""Warm questions to Dateline in one process, each timed end to end.

`python -m evals.bench.dateline_warm --library DIR FILE` asks one question a line of FILE and prints
a JSON list of milliseconds, in their order.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path


def open_answerer(library: Path) -> Callable[[str], object]:
    """Open `library` once and return what answers a question extractively, end to end.

    The one place where the warm figure meets `rag.chain`.
    """
    from rag.chain import AskChain
    from rag.library.library import open_library
    from rag.models.load import load_embedder
    from rag.reader.load import load_reader
    from rag.settings import load_settings

    settings, _ = load_settings(library=library)
    embedder = load_embedder(settings)
    opened = open_library(library, embedding=embedder.identity)
    return AskChain(opened, embedder, settings, reader=load_reader(settings)).invoke


def main(arguments: Sequence[str] | None = None) -> None:
    """Ask all questions and print the milliseconds."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench.dateline_warm")
    parser.add_argument("--library", type=Path, required=True, help="folder of the library")
    parser.add_argument("file", type=Path, help="one question a line")
    given = parser.parse_args(arguments)
    asked = given.file.read_text(encoding="utf-8").splitlines()
    answer = open_answerer(given.library)
    sys.stdout.write(json.dumps([_milliseconds(answer, question) for question in asked]) + "\n")


def _milliseconds(answer: Callable[[str], object], question: str) -> float:
    started = time.perf_counter()
    answer(question)
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    main()
