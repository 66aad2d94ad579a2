"""Signs of life while nothing comes."""

import asyncio
from collections.abc import AsyncGenerator

import pytest

from ui.web.beats import with_beats

WAIT = 20.0


class Source:
    """Yields numbers; between the first two it waits to be told, and it tells when it is closed."""

    def __init__(self) -> None:
        self.go_on = asyncio.Event()
        self.closed = asyncio.Event()

    async def numbers(self) -> AsyncGenerator[int, None]:
        try:
            yield 1
            await self.go_on.wait()
            yield 2
        finally:
            self.closed.set()


def test_what_comes_comes_and_silence_is_told() -> None:
    async def scene() -> list[int | None]:
        source = Source()
        found = []
        async for number in with_beats(source.numbers(), 0.001):
            found.append(number)
            if found.count(None) == 3:
                source.go_on.set()
        assert source.closed.is_set()
        return found

    found = asyncio.run(scene())
    assert found[0] == 1
    assert found[-1] == 2
    assert set(found[1:-1]) == {None}
    assert len(found) >= 5


def test_leaving_during_a_silence_closes_the_source() -> None:
    async def scene() -> None:
        source = Source()
        beats = with_beats(source.numbers(), 0.001)
        assert await anext(beats) == 1
        assert await anext(beats) is None
        await beats.aclose()
        assert source.closed.is_set()

    asyncio.run(scene())


def test_what_is_dropped_is_closed_too() -> None:
    async def scene() -> None:
        source = Source()
        beats = with_beats(source.numbers(), 0.001)
        await anext(beats)
        await anext(beats)
        del beats  # as Gradio does
        assert await asyncio.wait_for(source.closed.wait(), WAIT)

    asyncio.run(scene())


def test_what_fails_fails() -> None:
    async def fail() -> AsyncGenerator[int, None]:
        yield 1
        raise ValueError("broken")

    async def scene() -> None:
        async for _ in with_beats(fail()):
            pass

    with pytest.raises(ValueError, match="broken"):
        asyncio.run(scene())
