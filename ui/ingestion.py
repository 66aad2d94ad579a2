"""Adding articles on behalf of a reader of the page: files given and addresses typed.

What a reader types is never a path of the server: an address is fetched by the guarded fetcher
or refused, and a file is read from the folder of the files given.
"""

import re
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ingest.fetch import SafeFetcher
from ingest.pages import Fetcher, FetchLimits, Page
from ingest.pipeline import Adder
from ingest.report import OUTCOMES, Item, Outcome
from rag.errors import LibraryError, LibraryLocked, ReadError, UsageError
from rag.settings import Settings
from ui.engine import Engine
from ui.originals import Originals, Placed, Upload, originals
from ui.plain import plain, shortened
from ui.upload_names import shown_name

__all__ = ["Added", "Step", "Upload", "add_articles", "addresses_in"]

MOST_AT_ONCE = 100
"""Files, and addresses, that are taken in one go."""

COMMITTED: frozenset[Outcome] = frozenset({"added", "updated"})

_WEB = re.compile(r"https?://", re.IGNORECASE)
_STOPPED = "adding was stopped before it was done"
_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Step:
    """How far one adding is: `read` of `sources` files and addresses, `kept` articles.

    While the index is built, `indexed` counts up to `passages`.
    """

    read: int = 0
    sources: int = 0
    kept: int = 0
    indexed: int = 0
    passages: int = 0


@dataclass(frozen=True, slots=True)
class Added:
    """What one adding did; `source` of an item is the file's name or the address as given.

    `notice` tells why it ended before everything was added, if it did.
    """

    items: tuple[Item, ...]
    stopped: bool = False
    notice: str | None = None

    @property
    def kept(self) -> int:
        """How many articles were added or got a new version."""
        return sum(item.outcome in COMMITTED for item in self.items)

    def counts(self) -> Mapping[Outcome, int]:
        """Count the items of each outcome, in the order of `OUTCOMES`."""
        found = Counter(item.outcome for item in self.items)
        return {outcome: found[outcome] for outcome in OUTCOMES}


Told = Callable[[Step], None]


class _StopAddingError(Exception):
    """The reader has asked to stop; it passes through the pipeline, which keeps what it has."""


class _Telling:
    """Follows the pipeline, and stops it between two articles."""

    def __init__(self, told: Told, stop: threading.Event) -> None:
        self._told = told
        self._stop = stop
        self._step = Step()

    def begin(self, sources: int) -> None:
        self._tell(sources=sources)

    def source_done(self) -> None:
        self._tell(read=self._step.read + 1)

    def item(self, item: Item) -> None:
        self._tell(kept=self._step.kept + (item.outcome in COMMITTED))

    def indexing(self, done: int, total: int) -> None:
        self._step = replace(self._step, indexed=done, passages=total)
        self._told(self._step)

    def _tell(self, **changed: int) -> None:
        self._step = replace(self._step, **changed)
        self._told(self._step)
        if self._stop.is_set():
            raise _StopAddingError


class _StoppingFetcher:
    """Fetches nothing more once it is stopped: a feed names many pages."""

    def __init__(self, fetcher: Fetcher, stop: threading.Event) -> None:
        self._fetcher = fetcher
        self._stop = stop

    def fetch(self, url: str) -> Page:
        if self._stop.is_set():
            raise _StopAddingError
        return self._fetcher.fetch(url)


def addresses_in(text: str) -> list[str]:
    """Return what a reader typed, one address a line, without the empty lines."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def _ignore(step: Step) -> None:
    """Tell nobody."""


def add_articles(
    engine: Engine,
    uploads: Sequence[Upload],
    addresses: Sequence[str],
    *,
    told: Told = _ignore,
    stop: threading.Event | None = None,
    fetcher: Fetcher | None = None,
) -> Added:
    """Add files and web addresses; what cannot be added is told in the report, never raised.

    Setting `stop` ends it between two articles; what was committed stays. Raises UsageError if
    nothing is given, LibraryClosed, LibraryLocked while others add, LibraryError if nothing could
    be kept.
    """
    engine.require_open()
    if not uploads and not addresses:
        raise UsageError("Nothing is given to add; give a file or a web address.")
    settings = engine.settings
    with engine.library.reading() as db:
        engine.library.require_model(db)
    try:
        with originals(
            engine.library, most_bytes=settings.upload_bytes, wait=settings.lock_seconds
        ) as kept:
            run = _Run(engine, kept, stop or threading.Event(), told)
            return run.add(uploads, addresses, fetcher or _fetcher(settings))
    except LibraryLocked as error:
        raise LibraryLocked(
            "Articles are being added or changed by somebody else at the moment, so nothing was "
            "added; try again when that is done."
        ) from error


def _fetcher(settings: Settings) -> Fetcher:
    return SafeFetcher(
        FetchLimits(body_bytes=settings.fetch_bytes, seconds=settings.fetch_seconds),
        allow_private=settings.allow_private_addresses,
    )


class _Run:
    """One adding, while the folder of the files given is locked."""

    def __init__(self, engine: Engine, kept: Originals, stop: threading.Event, told: Told) -> None:
        self._engine = engine
        self._originals = kept
        self._stop = stop
        self._told = told
        self._placed: list[Placed] = []
        self._refused: list[Item] = []

    def add(self, uploads: Sequence[Upload], addresses: Sequence[str], fetcher: Fetcher) -> Added:
        engine, web = self._engine, self._addresses(addresses)
        adder = Adder(
            engine.library, engine.embedder, _StoppingFetcher(fetcher, self._stop),
            engine.settings.passage_tokens, _Telling(self._told, self._stop),
        )  # fmt: skip
        notice = None
        try:
            self._place(uploads)
            if arguments := [*(str(placed.path) for placed in self._placed), *web]:
                adder.run(arguments)
        except _StopAddingError:
            pass
        except LibraryError as error:
            if not any(item.outcome in COMMITTED for item in adder.report.items):
                raise
            notice = str(error)
        finally:
            self._settle(adder.report.items)
        stopped = self._stop.is_set()
        items = [*map(self._named, adder.report.items), *self._refused]
        if stopped or notice:
            items += self._unread(adder.report.items, web)
        return Added(tuple(items), stopped, notice)

    def _place(self, uploads: Sequence[Upload]) -> None:
        for upload in uploads[:MOST_AT_ONCE]:
            if self._stop.is_set():
                raise _StopAddingError
            try:
                self._placed.append(self._originals.place(upload))
            except ReadError as error:
                self._refuse(shown_name(upload.name), str(error))
        for upload in uploads[MOST_AT_ONCE:]:
            name = shown_name(upload.name)
            self._refuse(name, f"{name!r} is one too many: {MOST_AT_ONCE} files are taken at once.")

    def _addresses(self, given: Sequence[str]) -> list[str]:
        wanted: dict[str, None] = {}
        for address in dict.fromkeys(given):
            shown = shortened(plain(address), _SHOWN)
            if not _WEB.match(address):
                self._refuse(
                    shown, f"{shown!r} is no web address; give one that begins with https://."
                )
            elif len(wanted) == MOST_AT_ONCE:
                why = f"{shown!r} is one too many: {MOST_AT_ONCE} addresses are taken at once."
                self._refuse(shown, why)
            else:
                wanted[address] = None
        return list(wanted)

    def _refuse(self, source: str, why: str) -> None:
        self._refused.append(Item("failed", source, why=why))

    def _settle(self, items: Sequence[Item]) -> None:
        """Keep the files from which articles came, and no others."""
        for placed in self._placed:
            added = any(item.outcome in COMMITTED for item in _items_of(items, str(placed.path)))
            self._originals.keep(placed, added=added)

    def _unread(self, items: Sequence[Item], web: Sequence[str]) -> Iterator[Item]:
        sources = {str(placed.path): placed.shown for placed in self._placed}
        sources |= {address: shortened(plain(address), _SHOWN) for address in web}
        for source, shown in sources.items():
            if not any(_items_of(items, source)):
                yield Item("skipped", shown, why=_STOPPED)

    def _named(self, item: Item) -> Item:
        """The item as the reader knows it: no paths of the server."""
        source, why = item.source, item.why or ""
        # The longest first: a.htm is the beginning of a.html.
        for placed in sorted(self._placed, key=lambda each: -len(str(each.path))):
            path = str(placed.path)
            source = source.replace(path, placed.shown)
            why = why.replace(repr(path), repr(placed.shown)).replace(path, placed.shown)
        return replace(item, source=shortened(plain(source), _SHOWN), why=why or None)


def _items_of(items: Iterable[Item], source: str) -> Iterator[Item]:
    return (item for item in items if item.source == source or item.source.startswith(f"{source}#"))
