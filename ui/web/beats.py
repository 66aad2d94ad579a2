"""Signs of life: Gradio looks whether a page is still there only when something is yielded."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from typing import TypeVar

T = TypeVar("T")

BEAT = 1.0
"""Seconds after which a page that was left is noticed, however long a model is silent."""


async def with_beats(
    source: AsyncGenerator[T, None], seconds: float = BEAT
) -> AsyncGenerator[T | None, None]:
    """Yield what the source does, and None whenever it has been silent for so many seconds.

    Closing this closes the source, wherever it is.
    """
    async with aclosing(source):
        while True:
            coming = asyncio.ensure_future(anext(source, source))  # itself: its end
            try:
                while not (await asyncio.wait((coming,), timeout=seconds))[0]:
                    yield None
            finally:
                if coming.cancel():
                    with suppress(asyncio.CancelledError):
                        await coming
            found = coming.result()
            if isinstance(found, AsyncGenerator):
                return
            yield found
