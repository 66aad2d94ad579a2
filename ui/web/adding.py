"""Addings of readers, each in a thread of its own: what is under way outlives the page."""

import logging
import threading
from collections.abc import Iterator, Sequence

from rag.errors import DatelineError
from ui.engine import Engine
from ui.ingestion import Added, Step, Upload, add_articles

log = logging.getLogger(__name__)

LOOK = 0.5
"""Seconds after which whoever follows is told again, even if nothing has changed."""


class Adding:
    """One adding: followed by `steps`, then `added` or `problem` says how it ended."""

    def __init__(self, engine: Engine, uploads: Sequence[Upload], addresses: Sequence[str]) -> None:
        """Begin at once."""
        self.added: Added | None = None
        self.problem: str | None = None
        self._stop = threading.Event()
        self._changed = threading.Condition()
        self._step = Step()
        self._done = False
        given = (engine, list(uploads), list(addresses))
        # A daemon: killed at any instant, the library keeps what was committed.
        threading.Thread(target=self._run, args=given, name="adding", daemon=True).start()

    @property
    def done(self) -> bool:
        """Whether it has ended."""
        return self._done

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stop.is_set()

    def stop(self) -> None:
        """Stop between two articles."""
        self._stop.set()

    def steps(self) -> Iterator[Step]:
        """Yield how far it is whenever that has changed, and at its end."""
        shown = None
        while not self._done:
            with self._changed:
                if self._step == shown:
                    self._changed.wait(LOOK)
                shown = self._step
            yield shown
        yield self._step

    def _tell(self, step: Step) -> None:
        with self._changed:
            self._step = step
            self._changed.notify_all()

    def _run(self, engine: Engine, uploads: list[Upload], addresses: list[str]) -> None:
        try:
            self.added = add_articles(engine, uploads, addresses, told=self._tell, stop=self._stop)
        except DatelineError as error:
            self.problem = str(error)
        except Exception as error:  # the edge: the page must tell that it ended
            log.exception("adding failed")
            self.problem = (
                f"Adding failed ({type(error).__name__}); what the list shows was kept. "
                "The server's log tells more."
            )
        with self._changed:
            self._done = True
            self._changed.notify_all()


class Addings:
    """The adding of each reader: one at a time, found again by a page that was reloaded."""

    def __init__(self, engine: Engine) -> None:
        """Nobody adds yet."""
        self._engine = engine
        self._lock = threading.Lock()
        self._of: dict[str, Adding] = {}

    def begin(
        self, reader: str, uploads: Sequence[Upload], addresses: Sequence[str]
    ) -> Adding | None:
        """Begin one; None if the reader's last is still under way."""
        with self._lock:
            if self._under_way(reader) is not None:
                return None
            self._of = {name: each for name, each in self._of.items() if not each.done}
            self._of[reader] = Adding(self._engine, uploads, addresses)
            return self._of[reader]

    def of(self, reader: str) -> Adding | None:
        """Return what the reader has under way."""
        with self._lock:
            return self._under_way(reader)

    def _under_way(self, reader: str) -> Adding | None:
        adding = self._of.get(reader)
        return None if adding is None or adding.done else adding
