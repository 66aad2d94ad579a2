"""Train the reader from nothing: `make reader`, or `python -m evals.reader`."""

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from evals.reader.making import FOLDER, PASSAGES, PUBLIC, SENTENCES, Making, make_reader
from evals.reader.overlap import BENCHMARKS
from evals.reader.places import CORPUS
from evals.reader.progress import bar
from rag.errors import DatelineError
from rag.models.load import load_embedder
from rag.reader.card import register, registry_file, shipped_file
from rag.settings import load_settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, and with `--write` put the file and its digest where the engine finds them."""
    parser = argparse.ArgumentParser(prog="python -m evals.reader", description=__doc__)
    parser.add_argument("--public", type=Path, default=PUBLIC, help="folder of public data")
    parser.add_argument("--corpus", type=Path, default=CORPUS, help="folder of more documents")
    parser.add_argument("--benchmarks", type=Path, default=BENCHMARKS, help="not to be trained on")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="what every step leaves")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--passages", type=int, default=PASSAGES, help="asked about")
    parser.add_argument("--sentences", type=int, default=SENTENCES, help="reworded")
    parser.add_argument("--write", action="store_true", help="ship what was trained")
    given = vars(parser.parse_args(arguments))
    write = given.pop("write")
    settings, _ = load_settings()
    try:
        with bar() as progress:
            made = make_reader(Making(settings, load_embedder(settings), **given), progress)
    except DatelineError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("Interrupted; the same command goes on from here.\n")
        return 130
    sys.stdout.write(f"{made}\n")
    if write:
        shutil.copyfile(made, shipped_file())
        register(shipped_file(), registry_file())
    return 0


if __name__ == "__main__":
    sys.exit(main())
