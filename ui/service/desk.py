"""Where every question is handed in: it waits for its turn, is answered and counted."""

import asyncio
import threading
from collections.abc import AsyncGenerator, Callable, Iterator
from concurrent.futures import Future
from contextlib import aclosing, contextmanager, suppress
from dataclasses import replace
from functools import partial
from queue import SimpleQueue

from rag.answerer import Ask, DoneEvent, Event
from rag.reply import Reply
from ui.engine import Engine
from ui.service.metrics import Metrics
from ui.service.turnstile import Turnstile, outcome
from ui.site import Site

_making = threading.Lock()


class Desk:
    """Answers for a whole server: `desk_of(site).events(ask)`, or `.stream(ask)` on an event loop.

    The work is done in a thread of the turnstile's, whatever the pace of whom it is for. Closing
    the iteration, or cancelling the task that is in it, takes a waiting question out of the queue
    and sets the question's `stop` if it is being answered.
    """

    def __init__(self, engine: Engine) -> None:
        """Answer from an engine, as its settings allow."""
        settings = engine.settings
        self.turnstile = Turnstile(settings.answers_at_once, settings.answers_waiting)
        self.metrics = Metrics(engine.library, self.turnstile)
        self._engine = engine

    def events(self, ask: Ask, *, generator: str | None = None) -> Iterator[Event]:
        """Yield what `Engine.events` yields, in its turn; raises as that, and Busy."""
        queue: SimpleQueue[Event | None] = SimpleQueue()
        with self._begun(ask, generator, queue.put) as work:
            while (event := queue.get()) is not None:
                yield event
            outcome(work)

    async def stream(
        self, ask: Ask, *, generator: str | None = None
    ) -> AsyncGenerator[Event, None]:
        """Yield as `events`, without holding up the event loop; raises the same."""
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[Event | None] = asyncio.Queue()

        def put(event: Event | None) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(queue.put_nowait, event)

        with self._begun(ask, generator, put) as work:
            while (event := await queue.get()) is not None:
                yield event
            outcome(work)

    async def answer(self, ask: Ask, *, generator: str | None = None) -> Reply:
        """Return the whole reply; raises as `events`."""
        reply: Reply | None = None
        async with aclosing(self.stream(ask, generator=generator)) as events:
            async for event in events:
                if isinstance(event, DoneEvent):
                    reply = event.reply
        assert reply is not None  # noqa: S101 (the last event is the reply)
        return reply

    def close(self) -> None:
        """Take no more questions."""
        self.turnstile.close()

    @contextmanager
    def _begun(
        self, ask: Ask, generator: str | None, put: Callable[[Event | None], None]
    ) -> "Iterator[Future[None]]":
        """Give the work in the queue; None is put when it has ended, however it has."""
        stop = ask.stop or threading.Event()
        ask = replace(ask, stop=stop)
        work = self.turnstile.submit(partial(self._work, ask, generator, put))
        work.add_done_callback(lambda _: put(None))
        try:
            yield work
        finally:
            if not work.done() and not work.cancel():
                stop.set()

    def _work(self, ask: Ask, generator: str | None, put: Callable[[Event | None], None]) -> None:
        for event in self._engine.events(ask, generator=generator):
            if isinstance(event, DoneEvent):
                self.metrics.count(event.reply)
            put(event)


def desk_of(site: Site) -> Desk:
    """Return the one desk of a site; made at the first call, and gone with its engine."""
    with _making:
        held = vars(site.engine)
        if "_desk" not in held:
            held["_desk"] = Desk(site.engine)
        desk: Desk = held["_desk"]
        return desk
