"""So many a minute for each key."""

from hypothesis import given
from hypothesis import strategies as st

from ui.guard.buckets import Buckets


class Clock:
    """Time that passes when told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_all_at_once_then_one_by_one() -> None:
    clock = Clock()
    buckets = Buckets(6, clock=clock)

    assert [buckets.take("a") for _ in range(6)] == [0.0] * 6
    assert buckets.take("a") == 10.0
    assert buckets.take("b") == 0.0
    clock.now = 9.0
    assert round(buckets.take("a"), 6) == 1.0
    clock.now = 10.5
    assert buckets.take("a") == 0.0
    assert buckets.take("a") > 0


def test_what_is_given_back_can_be_taken_again_and_never_more() -> None:
    buckets = Buckets(1, clock=Clock())
    for _ in range(3):
        assert buckets.take("a") == 0.0
        buckets.give_back("a")
        buckets.give_back("a")
    assert buckets.take("a") == 0.0
    assert buckets.take("a") > 0


@given(st.lists(st.tuples(st.integers(0, 30), st.floats(0, 5)), max_size=200))
def test_there_are_never_more_buckets_than_may_be(steps: list[tuple[int, float]]) -> None:
    clock = Clock()
    buckets = Buckets(2, most=5, clock=clock)
    for key, seconds in steps:
        clock.now += seconds
        buckets.take(str(key))
        assert len(buckets) <= 5


@given(st.lists(st.floats(0, 20), max_size=120))
def test_no_minute_gives_more_than_twice_as_many(gaps: list[float]) -> None:
    clock = Clock()
    buckets = Buckets(5, clock=clock)
    taken = []
    for gap in gaps:
        clock.now += gap
        if buckets.take("a") == 0.0:
            taken.append(clock.now)
    for at in taken:
        assert sum(at <= other < at + 60 for other in taken) <= 10


def test_whoever_still_asks_is_not_forgotten() -> None:
    buckets = Buckets(1, most=2, clock=Clock())
    for key in ("a", "b", "a", "c"):
        buckets.take(key)
    assert buckets.take("a") > 0
    assert buckets.take("b") == 0.0
