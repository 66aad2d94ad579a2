"""How far a long command is, on standard error: a bar on a terminal, else a line now and then."""

import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import TYPE_CHECKING, Protocol, Self

from ui.output import complain

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

EVERY_SECONDS = 5.0
"""A line is written no more often than this."""

MINUTE = 60

Clock = Callable[[], float]


class Meter(AbstractContextManager["Meter"], Protocol):
    """Shows a task's steps; a task begins when another name is given."""

    def update(self, task: str, done: int, total: int, detail: str = "") -> None:
        """Tell that so many of the task's steps are done."""


def meter(clock: Clock = time.monotonic) -> Meter:
    """Return what suits standard error."""
    return BarMeter() if sys.stderr.isatty() else LineMeter(clock)


def lasting(seconds: float) -> str:
    """Return a duration as people say it: `8 s`, `3 min 20 s`."""
    whole = round(seconds)
    return f"{whole} s" if whole < MINUTE else f"{whole // MINUTE} min {whole % MINUTE} s"


class LineMeter:
    """Plain lines, for logs and pipes."""

    def __init__(self, clock: Clock = time.monotonic) -> None:
        """Count the time from now."""
        self._clock = clock
        self._task = ""
        self._began = self._last = clock()

    def update(self, task: str, done: int, total: int, detail: str = "") -> None:
        """Write a line if the last one is long enough ago."""
        now = self._clock()
        if task != self._task:
            self._task, self._began = task, now
        if now - self._last < EVERY_SECONDS:
            return
        self._last = now
        parts = [f"{task}: {done} of {total}", detail]
        if 0 < done < total:
            parts.append(f"{lasting((now - self._began) / done * (total - done))} left")
        complain(", ".join(part for part in parts if part))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing is left open."""


class BarMeter:
    """A bar that is redrawn in place and gone at the end."""

    def __init__(self) -> None:
        """Nothing is drawn before the first update."""
        self._bar: Bar | None = None
        self._task = ""

    def update(self, task: str, done: int, total: int, detail: str = "") -> None:
        """Move the bar."""
        bar = self._bar or self._start()
        if task != self._task:
            self._task = task
            for known in bar.task_ids:
                bar.remove_task(known)
            bar.add_task(task, total=total, detail=detail)
        bar.update(bar.task_ids[0], completed=done, total=total, detail=detail)

    def _start(self) -> "Bar":
        from rich.progress import (
            BarColumn,
            MofNCompleteColumn,
            Progress,
            TextColumn,
            TimeRemainingColumn,
        )

        from ui.output import console

        self._bar = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[detail]}", markup=False),
            TimeRemainingColumn(),
            console=console(sys.stderr),
            transient=True,
        )
        self._bar.start()
        return self._bar

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the bar away, so that what follows stands on a line of its own."""
        if self._bar is not None:
            self._bar.stop()
