"""The same work on many things at a time, for so many seconds."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import islice
from typing import TypeVar

Thing = TypeVar("Thing")
Made = TypeVar("Made")
Clock = Callable[[], float]


def in_parallel(
    things: Iterable[Thing],
    work: Callable[[Thing], Made],
    *,
    jobs: int,
    stop: Callable[[], None],
    seconds: float | None = None,
    clock: Clock = time.monotonic,
) -> Iterator[tuple[Thing, Made]]:
    """Yield each thing with what was made of it, as it is made, `jobs` at a time.

    When the `seconds` are spent nothing more is begun, and what has begun is finished. An error
    or an interruption calls `stop`, which must end the work that is going on; its results are
    not yielded.
    """
    until = None if seconds is None else clock() + seconds
    waiting = iter(things)
    going: dict[Future[Made], Thing] = {}
    with ThreadPoolExecutor(jobs) as pool:
        try:
            while True:
                spent = until is not None and clock() >= until
                for thing in islice(waiting, 0 if spent else jobs - len(going)):
                    going[pool.submit(work, thing)] = thing
                if not going:
                    return
                done, _ = wait(going, return_when=FIRST_COMPLETED)
                # In the order in which they were begun, so that a test sees the same each time.
                for future in [future for future in going if future in done]:
                    yield going.pop(future), future.result()
        except BaseException:
            stop()
            raise
