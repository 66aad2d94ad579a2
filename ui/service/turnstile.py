"""So many questions are answered at the same time, so many may wait, and the rest are refused."""

import asyncio
import math
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from time import perf_counter
from typing import TypeVar

from rag.errors import DatelineError

T = TypeVar("T")

LONGEST_WAIT = 60
"""Seconds after which a refused reader is told to come back at the latest."""

_NEWEST = 0.2
"""Weight of the newest turn in the mean."""


class Busy(DatelineError):
    """As many questions wait as may; `retry_after` are the seconds until one has gone."""

    def __init__(self, waiting: int, retry_after: int) -> None:
        """Tell how many wait."""
        super().__init__(
            f"Too many questions are being answered ({waiting} wait already); "
            f"ask again in {retry_after} s."
        )
        self.retry_after = retry_after


class Closed(DatelineError):
    """The server takes no more questions."""

    def __init__(self) -> None:
        """Tell so."""
        super().__init__("The server is being stopped; ask again when it is back.")


class Turnstile:
    """Worker threads behind a queue with an end; first come, first served.

    Whoever gives up before its turn (`Future.cancel`) leaves the queue at once; whoever gives up
    during it keeps its place until the work itself has ended, so that no more than `at_once` ever
    work. Used from any thread and any event loop.
    """

    def __init__(self, at_once: int, waiting: int) -> None:
        """Let `at_once` through at the same time, and `waiting` wait."""
        self._workers = ThreadPoolExecutor(at_once, thread_name_prefix="answer")
        self._at_once = at_once
        self._most = at_once + waiting
        self._lock = threading.Lock()
        self._held = 0
        self._working = 0
        self._mean = 0.0
        self._refused = 0

    @property
    def working(self) -> int:
        """How many are being answered."""
        return self._working

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return max(0, self._held - self._working)

    @property
    def refused(self) -> int:
        """How many were turned away since the start."""
        return self._refused

    def submit(self, work: Callable[[], T]) -> "Future[T]":
        """Have the work done when its turn comes; raises Busy if too many wait, or Closed."""
        with self._lock:
            if self._held >= self._most:
                self._refused += 1
                raise Busy(self.waiting, self._seconds())
            self._held += 1
        try:
            future = self._workers.submit(self._turn, work)
        except RuntimeError as error:  # after `close`, or no thread can be started
            self._leave()
            raise Closed from error
        future.add_done_callback(self._given_up)
        return future

    def run(self, work: Callable[[], T], *, patience: float | None = None) -> T:
        """Do the work in its turn and return what it does; raises Busy or Closed.

        Raises TimeoutError after `patience` seconds; work that has begun by then is done.
        """
        future = self.submit(work)
        try:
            return outcome(future, patience)
        except TimeoutError:
            future.cancel()
            raise

    async def run_async(self, work: Callable[[], T]) -> T:
        """Do the work in its turn without holding up the event loop; raises as `run`."""
        return await asyncio.wrap_future(self.submit(work))

    def close(self) -> None:
        """Take no more work, and forget what waits."""
        self._workers.shutdown(wait=False, cancel_futures=True)

    def _turn(self, work: Callable[[], T]) -> T:
        with self._lock:
            self._working += 1
        began = perf_counter()
        try:
            return work()
        finally:
            took = perf_counter() - began
            with self._lock:  # before the result is told: who has it may come again at once
                self._working -= 1
                self._held -= 1
                self._mean += _NEWEST * (took - self._mean)

    def _given_up(self, future: "Future[T]") -> None:
        if future.cancelled():
            self._leave()

    def _leave(self) -> None:
        with self._lock:
            self._held -= 1

    def _seconds(self) -> int:
        return max(1, min(LONGEST_WAIT, math.ceil(self._mean / self._at_once)))


def outcome(future: "Future[T]", patience: float | None = None) -> T:
    """Return what work came to that nobody has given up; raises Closed if the server has."""
    try:
        return future.result(patience)
    except CancelledError as error:
        raise Closed from error
