"""`dateline add`: articles in, with a bar while it works and a report at the end."""

import time

from ingest.fetch import SafeFetcher
from ingest.pages import FetchLimits
from ingest.pipeline import Adder
from ingest.report import Item, Report
from rag.library.library import open_library
from rag.models.load import load_embedder
from rag.settings import Settings
from ui.add_report import print_report, report_json
from ui.edge import INTERRUPTED
from ui.invocation import Invocation
from ui.output import complain, write_json
from ui.progress import Clock, Meter, meter

COMMITTED = ("added", "updated")


class Telling:
    """Follows one run of `add`: moves the meter and, if asked, writes each event as JSON."""

    def __init__(self, shown: Meter, *, events: bool, clock: Clock = time.monotonic) -> None:
        """Count from now."""
        self.kept = 0
        self._shown = shown
        self._events = events
        self._clock = clock
        self._began = clock()
        self._sources = self._read = self._paragraphs = 0

    def begin(self, sources: int) -> None:
        """Know how many sources there are to read."""
        self._sources = sources
        self._move()

    def source_done(self) -> None:
        """Count a source that has been read."""
        self._read += 1
        self._move()

    def item(self, item: Item) -> None:
        """Count an article; what is told of it as committed has been committed."""
        if item.outcome in COMMITTED:
            self.kept += 1
            self._paragraphs += item.paragraphs
        if self._events:
            write_json(_event(item))
        self._move()

    def indexing(self, done: int, total: int) -> None:
        """Show how far the index is."""
        self._shown.update("Indexing", done, total, "passages")

    def _move(self) -> None:
        seconds = max(self._clock() - self._began, 1e-9)
        detail = f"{self.kept} articles kept, {self._paragraphs / seconds:.0f} paragraphs/s"
        self._shown.update("Adding", self._read, self._sources, detail)


def _event(item: Item) -> dict[str, object]:
    event = "committed" if item.outcome in COMMITTED else item.outcome
    told = {
        "event": event,
        "outcome": item.outcome,
        "article_id": item.article_id,
        "version": item.version,
        "title": item.title,
        "source": item.source,
        "paragraphs": item.paragraphs or None,
        "copy_of": item.copy_of,
        "found": item.found or None,
        "why": item.why,
    }
    return {name: value for name, value in told.items() if value is not None}


def run(invocation: Invocation, sources: list[str], *, prune: bool) -> int:
    """Add the sources, report, and return the exit code."""
    settings = invocation.settings()
    with meter() as shown:
        telling = Telling(shown, events=invocation.json)
        try:
            report = _add(settings, sources, telling, prune=prune)
        except KeyboardInterrupt:
            report = None
    if report is None:
        return _interrupted(telling.kept, as_json=invocation.json)
    if invocation.json:
        write_json(report_json(report))
    else:
        print_report(report)
    return 1 if report.of("failed") else 0


def _add(settings: Settings, sources: list[str], telling: Telling, *, prune: bool) -> Report:
    embedder = load_embedder(settings)
    library = open_library(
        settings.library,
        embedding=embedder.identity,
        create=True,
        lock_seconds=settings.lock_seconds,
    )
    fetcher = SafeFetcher(
        FetchLimits(body_bytes=settings.fetch_bytes, seconds=settings.fetch_seconds),
        allow_private=settings.allow_private_addresses,
    )
    try:
        adder = Adder(library, embedder, fetcher, settings.passage_tokens, telling)
        return adder.run(sources, prune=prune)
    finally:
        library.close()


def _interrupted(kept: int, *, as_json: bool) -> int:
    if as_json:
        write_json({"event": "interrupted", "kept": kept})
    articles = "1 article is" if kept == 1 else f"{kept} articles are"
    complain(f"Interrupted. {articles} kept; run the same command again to go on.")
    return INTERRUPTED
