"""`python -m evals.bench [NAME…]`: measure the figures, print them, write build/bench.json."""

import argparse
import json
import logging
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from evals.bench import cold, durability, ingest, memory, retrieval, warm, web
from evals.bench.figure import Figure
from evals.bench.machine import heading, machine, versions
from evals.bench.place import (
    DAMAGES,
    DEFAULT_SHARED,
    KILLS,
    QUICK_DAMAGES,
    QUICK_KILLS,
    REPOSITORY,
    DataMissing,
    Place,
)
from rag.errors import DatelineError

FIGURES: dict[str, Callable[[Place], Figure]] = {
    "ingest": ingest.measure,
    "cold": cold.measure,
    "memory": memory.measure,
    "warm": warm.measure,
    "retrieval": retrieval.measure,
    "durability": durability.measure,
    "web": web.measure,
}
RESULT = REPOSITORY / "build" / "bench.json"

_log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the figures; the exit code is 1 if a budget is not met, unless only a report is asked."""
    given = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)  # a line for every request
    of_machine, of_versions = machine(), versions()
    _say(heading(of_machine, of_versions))
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="dateline-bench-") as folder:
        place = _place(given, Path(folder))
        for name in given.names or FIGURES:
            figure = measured(name, place)
            figures.append(figure)
            _say(figure.line())
    met = all(figure.met for figure in figures)
    record = {
        "machine": of_machine,
        "versions": of_versions,
        "quick": given.quick,
        "met": met,
        "figures": [figure.record() for figure in figures],
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return 0 if met or given.report_only else 1


def measured(name: str, place: Place) -> Figure:
    """One figure; without its data it is skipped, and what breaks off is not met."""
    try:
        return FIGURES[name](place)
    except DataMissing as error:
        return Figure(name, skipped=str(error))
    except DatelineError as error:
        return Figure(name, failed=str(error))
    except Exception as error:  # noqa: BLE001 - the edge: the other figures are still wanted
        _log.info("%s broke off", name, exc_info=True)
        return Figure(name, failed=f"{type(error).__name__}: {error}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", type=_name, help=f"of {', '.join(FIGURES)}"
    )
    parser.add_argument(
        "--shared", type=Path, default=DEFAULT_SHARED, help="folder of corpus and benchmarks"
    )
    parser.add_argument("--quick", action="store_true", help="less of everything")
    parser.add_argument("--report-only", action="store_true", help="exit code 0 all the same")
    parser.add_argument("--kills", type=int, help=f"kills of add, {KILLS} unless given")
    parser.add_argument("--damages", type=int, help=f"damaged files, {DAMAGES} unless given")
    return parser


def _name(given: str) -> str:
    if given not in FIGURES:
        raise argparse.ArgumentTypeError(
            f"there is no figure {given!r}; choose from {', '.join(FIGURES)}"
        )
    return given


def _place(given: argparse.Namespace, folder: Path) -> Place:
    kills, damages = (QUICK_KILLS, QUICK_DAMAGES) if given.quick else (KILLS, DAMAGES)
    return Place(
        shared=given.shared.resolve(),
        folder=folder,
        quick=given.quick,
        kills=kills if given.kills is None else given.kills,
        damages=damages if given.damages is None else given.damages,
    )


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
