"""The queue before the answers."""

import asyncio
import threading
from concurrent.futures import Future
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.service.turnstile import LONGEST_WAIT, Busy, Closed, Turnstile, outcome

from .making import WAIT


class Work:
    """Work that tells when it has begun and ends when it is told to."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.end = threading.Event()

    def __call__(self) -> str:
        self.begun.set()
        assert self.end.wait(WAIT)
        return "done"


def test_works_so_many_at_once_lets_so_many_wait_and_refuses_the_rest() -> None:
    turnstile = Turnstile(2, 1)
    works = [Work() for _ in range(3)]
    futures = [turnstile.submit(work) for work in works]
    assert all(work.begun.wait(WAIT) for work in works[:2])
    assert (turnstile.working, turnstile.waiting) == (2, 1)
    assert not works[2].begun.is_set()
    with pytest.raises(Busy, match="1 wait already") as refused:
        turnstile.submit(works[0])
    assert refused.value.retry_after == 1
    assert turnstile.refused == 1
    works[0].end.set()
    assert works[2].begun.wait(WAIT)
    for work in works:
        work.end.set()
    assert [future.result(WAIT) for future in futures] == ["done"] * 3
    assert turnstile.run(lambda: 5) == 5
    turnstile.close()


def test_first_come_first_served() -> None:
    turnstile = Turnstile(1, 10)
    first, order = Work(), list[int]()
    turnstile.submit(first)
    rest = [turnstile.submit(lambda n=n: order.append(n)) for n in range(5)]  # type: ignore[misc]
    first.end.set()
    for future in rest:
        future.result(WAIT)
    assert order == [0, 1, 2, 3, 4]


def test_who_gives_up_waiting_leaves_the_queue() -> None:
    turnstile = Turnstile(1, 1)
    first, second, third = Work(), Work(), Work()
    turnstile.submit(first)
    waiting = turnstile.submit(second)
    assert waiting.cancel()
    after = turnstile.submit(third)
    third.end.set()
    first.end.set()
    assert after.result(WAIT) == "done"
    assert not second.begun.is_set()


def test_a_cancelled_task_leaves_the_queue() -> None:
    turnstile = Turnstile(1, 1)
    first, second = Work(), Work()

    async def scene() -> None:
        turnstile.submit(first)
        task = asyncio.ensure_future(turnstile.run_async(second))
        await asyncio.sleep(0)
        assert turnstile.waiting == 1
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
        assert turnstile.waiting == 0
        first.end.set()
        assert await turnstile.run_async(lambda: "next") == "next"

    asyncio.run(scene())
    assert not second.begun.is_set()


def test_work_that_fails_gives_its_place_free() -> None:
    turnstile = Turnstile(1, 0)

    def fail() -> None:
        raise ValueError("broken")

    for _ in range(3):
        with pytest.raises(ValueError, match="broken"):
            turnstile.run(fail)
    assert turnstile.run(lambda: 1) == 1


def test_refused_are_told_when_a_place_will_be_free(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 50.0, 50.0, 1e6])
    monkeypatch.setattr("ui.service.turnstile.perf_counter", lambda: next(clock))
    turnstile = Turnstile(1, 0)
    for expected in (10, LONGEST_WAIT):  # a fifth of 50 s, then far more
        turnstile.run(lambda: None)
        turnstile._held += 1
        with pytest.raises(Busy) as refused:
            turnstile.submit(lambda: None)
        assert refused.value.retry_after == expected
        turnstile._held -= 1


def test_closing_turns_away_who_waits_and_who_comes() -> None:
    turnstile = Turnstile(1, 5)
    first = Work()
    going = turnstile.submit(first)
    assert first.begun.wait(WAIT)
    waiting = turnstile.submit(lambda: "never")
    turnstile.close()
    with pytest.raises(Closed, match="being stopped"):
        outcome(waiting)
    with pytest.raises(Closed):
        turnstile.run(lambda: "never")
    first.end.set()
    assert going.result(WAIT) == "done"
    assert turnstile.working == turnstile.waiting == 0


@given(st.lists(st.sampled_from(["submit", "end", "cancel"]), max_size=40))
def test_the_count_is_right_whatever_comes(steps: list[str]) -> None:
    turnstile = Turnstile(2, 2)
    going: list[tuple[Work, Future[str]]] = []
    for step in steps:
        if step == "submit":
            work = Work()
            with suppress(Busy):
                going.append((work, turnstile.submit(work)))
        elif going and step == "end":
            work, future = going.pop(0)
            work.end.set()
            future.result(WAIT)
        elif going and going[-1][1].cancel():
            going.pop()
        assert turnstile.working + turnstile.waiting == len(going) <= 4
        assert turnstile.working <= 2
    for work, _ in going:
        work.end.set()
    for _, future in going:
        future.result(WAIT)
    assert turnstile.working == turnstile.waiting == 0
    turnstile.close()


def test_patience_ends_and_the_place_in_the_queue_with_it() -> None:
    turnstile = Turnstile(1, 1)
    first, second = Work(), Work()
    turnstile.submit(first)
    with pytest.raises(TimeoutError):
        turnstile.run(second, patience=0.01)
    assert turnstile.waiting == 0
    first.end.set()
    assert turnstile.run(lambda: 5, patience=WAIT) == 5
    assert not second.begun.is_set()
    turnstile.close()
