"""Metrics from outside: named on the command line, or offered by an installed package."""

import importlib
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from evals.case import Case
from evals.metrics.metric import Metric, Score
from rag.errors import UsageError

GROUP = "dateline.metrics"
"""The entry points under which a package offers metrics."""


def load_metric(named: str) -> Metric:
    """Return the metric `package.module:name`, which is a function of a Case or a Metric.

    The current folder is looked in after everything that is installed. A function gives a Score,
    a bool or a number; it is up, and named after itself: make it a Metric to say otherwise.
    Raises UsageError if the name has another form, or nothing of that kind is found there.
    """
    module, separator, attribute = named.partition(":")
    if not (module and separator and attribute):
        raise UsageError(
            f"--metric {named!r} does not name a metric; write it as package.module:function."
        )
    try:
        with _current_folder_too():
            found: object = importlib.import_module(module)
        for name in attribute.split("."):
            found = getattr(found, name)
    except Exception as error:
        raise UsageError(
            f"--metric {named!r} cannot be loaded ({_said(error)}); check the module, and that "
            "it is installed or in the current folder."
        ) from error
    return as_metric(found, f"--metric {named!r}")


def offered_metrics() -> tuple[Metric, ...]:
    """Return the metrics that installed packages offer, in the order of their names.

    Raises UsageError if one of them cannot be loaded: a figure must not be missing in silence.
    """
    found = []
    for point in sorted(entry_points(group=GROUP), key=lambda p: (p.name, p.value)):
        where = f"The metric {point.name!r} of {GROUP} ({point.value})"
        try:
            loaded = point.load()
        except Exception as error:
            raise UsageError(
                f"{where} cannot be loaded ({_said(error)}); mend or uninstall its package."
            ) from error
        found.append(as_metric(loaded, where, name=point.name))
    return tuple(found)


def with_others(ours: Sequence[Metric], named: Sequence[str] = ()) -> tuple[Metric, ...]:
    """Return our metrics, then those of installed packages, then those named.

    Raises UsageError as they do, and if two metrics have one name.
    """
    every = (*ours, *offered_metrics(), *map(load_metric, named))
    seen: set[str] = set()
    for metric in every:
        if metric.name in seen:
            raise UsageError(
                f"Two metrics are named {metric.name!r}; give yours a name of its own."
            )
        seen.add(metric.name)
    return every


def as_metric(found: object, where: str, *, name: str | None = None) -> Metric:
    """Return a loaded object as a metric; raise UsageError if it cannot be one."""
    if isinstance(found, Metric):
        return replace(found, score=_scored(found.score))
    if isinstance(found, type) or not callable(found):
        raise UsageError(
            f"{where} is a {type(found).__name__}, which is no metric; give a function of a Case, "
            "or a Metric."
        )
    own = getattr(found, "__name__", type(found).__name__)
    return Metric(name or own, _scored(found))


def _scored(function: Callable[[Case], Any]) -> Callable[[Case], Score]:
    def score(case: Case) -> Score:
        given = function(case)
        if isinstance(given, Score):
            return given
        if isinstance(given, int | float):  # a bool is an int
            return Score(float(given), float(given), 1.0)
        raise TypeError(f"it gave {given!r} in place of a Score, a number or a bool")

    return score


@contextmanager
def _current_folder_too() -> Iterator[None]:
    """Look in the current folder too, last, so that it hides nothing that is installed."""
    here = str(Path.cwd())
    added = here not in sys.path
    if added:
        sys.path.append(here)
    try:
        yield
    finally:
        if added:
            sys.path.remove(here)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(": ")
