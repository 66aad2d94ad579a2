"""What the Library tab does: leaf, search, read, add, remove, bring back."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import gradio as gr
from markupsafe import Markup

from rag.asked import check_question
from rag.errors import DatelineError, NotInLibrary, UsageError
from rag.library import catalogue
from rag.library.rows import VersionInfo
from rag.search import PassageFound
from ui.ingestion import Upload, addresses_in
from ui.markup.changes import changes_html
from ui.markup.source import source_html
from ui.readers import reader_of
from ui.removal import remove_article, restore_article
from ui.site import Site
from ui.web import library_html as html
from ui.web.adding import Adding, Addings
from ui.web.places import Place, place_of
from ui.web.shelf import COLUMNS, Shelves, View

PASSAGES = 5
"""Passages shown of those that a search finds."""

FEWEST_LETTERS = 3
"""Letters from which the text is searched too."""

FARTHEST = 0.3
"""Cosine of a passage that has none of the words and is still shown."""

WORDS = 200
"""Characters of a search that are read."""

STILL = "Your last files are still being added; add more when that is done."
NOTHING = "Drop a file or paste a web address first, then press Add."
CLOSED = (
    '<section class="library-pane" tabindex="-1" aria-label="Article">'
    '<p class="meta">Open an article to read it here.</p></section>'
)


@dataclass(frozen=True, slots=True)
class Looking:
    """What one reader looks at: the view of the list, and the address in the reading pane."""

    view: View = field(default_factory=View)
    opened: str = ""


class Librarian:
    """Answers the listeners of the tab; used from any number of threads."""

    def __init__(self, site: Site) -> None:
        """Serve a site."""
        self._engine = site.engine
        self._shelves = Shelves(site.engine.library)
        self._addings = Addings(site.engine)

    def shown(self, looking: Looking) -> tuple[str, str, Looking]:
        """Return the counts and the list as they are now."""
        shelf = self._shelves.now()
        listing = shelf.listing(looking.view)
        passages, problem = self._passages(looking.view)
        looking = replace(looking, view=listing.view)
        told = html.listing_html(listing, passages, shelf.removed, problem)
        return html.counts_html(shelf), told, looking

    def searched(self, words: str, looking: Looking) -> tuple[str, str, Looking]:
        """Look for words in the articles and in their text."""
        return self.shown(replace(looking, view=replace(looking.view, words=_line(words), page=1)))

    def act(self, looking: Looking, event: gr.EventData) -> tuple[Any, ...]:
        """Do what a link or button within the tab asks.

        Returns counts, list, status, pane and what is looked at.
        """
        told = event._data if isinstance(event._data, dict) else {}
        act, on = str(told.get("act", "")), str(told.get("on", ""))
        if act in {"open", "close"}:
            opened = on if act == "open" else ""
            return (gr.skip(), gr.skip(), gr.skip(), self._pane(opened),
                    replace(looking, opened=opened))  # fmt: skip
        if act in {"sort", "page"}:
            counts, listing, looking = self.shown(_leafed(looking, act, on))
            return counts, listing, gr.skip(), gr.skip(), looking
        if act in {"remove", "restore"}:
            return self._changed(looking, on, removed=act == "remove")
        return (gr.skip(),) * 4 + (looking,)

    def add(
        self, files: Sequence[str] | None, typed: str, looking: Looking, request: gr.Request
    ) -> Iterator[tuple[Any, ...]]:
        """Add files and addresses, telling how far it is.

        Yields progress, report, files, addresses, whether Stop is there, counts, list, looking.
        """
        uploads = [_upload(name) for name in files or ()]
        addresses = addresses_in(typed)
        if not uploads and not addresses:
            yield self._told(looking, html.problem_html(NOTHING))
            return
        adding = self._addings.begin(reader_of(request), uploads, addresses)
        if adding is None:
            yield self._told(looking, html.problem_html(STILL))
            return
        yield from self._followed(adding, looking)

    def follow(self, looking: Looking, request: gr.Request) -> Iterator[tuple[Any, ...]]:
        """Show the reader's adding that is under way, as after a reload; yields as `add`."""
        adding = self._addings.of(reader_of(request))
        if adding is None:
            yield (gr.skip(),) * 8  # Gradio empties what a generator says nothing of
        else:
            yield from self._followed(adding, looking)

    def stop(self, request: gr.Request) -> None:
        """Stop what the reader is adding; what was committed stays."""
        adding = self._addings.of(reader_of(request))
        if adding is not None:
            adding.stop()

    def _followed(self, adding: Adding, looking: Looking) -> Iterator[tuple[Any, ...]]:
        skip, stop = gr.skip(), gr.Button(visible=True)
        for step in adding.steps():
            progress = html.progress_html(step, stopping=adding.stopping)
            yield progress, "", skip, skip, stop, skip, skip, skip
        if adding.added is None:
            yield self._told(looking, html.problem_html(adding.problem or ""))
        else:
            report = html.report_html(adding.added, self._shelves.now())
            yield self._told(looking, report, emptied=True)

    def _told(self, looking: Looking, report: str, *, emptied: bool = False) -> tuple[Any, ...]:
        """The end of an adding; what was given is kept for another try if it failed."""
        files, typed = (None, "") if emptied else (gr.skip(), gr.skip())
        return "", report, files, typed, gr.Button(visible=False), *self.shown(looking)

    def _passages(self, view: View) -> tuple[Sequence[PassageFound], str | None]:
        if sum(letter.isalnum() for letter in view.words) < FEWEST_LETTERS:
            return (), None
        try:
            words = check_question(view.words, most=WORDS)
            found = self._engine.search(words, limit=PASSAGES, read=False)
        except UsageError:
            return (), None  # half a word is no mistake
        except DatelineError as error:
            return (), str(error)
        return [each for each in found if each.lexical > 0 or each.cosine >= FARTHEST], None

    def _changed(self, looking: Looking, article_id: str, *, removed: bool) -> tuple[Any, ...]:
        try:
            change = remove_article if removed else restore_article
            info = change(self._engine, article_id)
            status = html.removed_html(info) if removed else html.restored_html(info)
        except DatelineError as error:
            status = html.problem_html(str(error))
        place = place_of(looking.opened)
        concerned = place is not None and place.article_id == article_id
        pane = self._pane(looking.opened) if concerned else gr.skip()
        counts, listing, looking = self.shown(looking)
        return counts, listing, status, pane, looking

    def _pane(self, address: str) -> str:
        place = place_of(address)
        if place is None:
            return CLOSED
        try:
            return self._read(place)
        except NotInLibrary as error:
            return html.pane_html(html.problem_html(str(error)), None, ())

    def _read(self, place: Place) -> Markup:
        with self._engine.library.reading() as db:
            versions = catalogue.list_versions(db, place.article_id)
            version = catalogue.read_version(db, place.article_id, place.version)
            old = place.since and catalogue.read_version(db, place.article_id, place.since)
        newest = next(info for info in versions if info.current)
        if old:
            body = changes_html(old, version)
        else:
            number = place.paragraph or 1
            body = source_html(
                version, number=number, exact=None, exchange=None, citation=None,
                newest=newest.number,
            )  # fmt: skip
        whole = not (old or place.paragraph)
        return html.pane_html(body, version.info, _latest_first(versions), whole=whole)


def _upload(path: str) -> Upload:
    return Upload(Path(path).name, lambda: Path(path).open("rb"))


def _line(words: str) -> str:
    return " ".join(words[:WORDS].split())


def _leafed(looking: Looking, act: str, on: str) -> Looking:
    view = looking.view
    if act == "page" and on.isdecimal():
        return replace(looking, view=replace(view, page=int(on[:9])))
    column = next((column for column in COLUMNS if column == on), None)
    if act == "sort" and column is not None:
        return replace(looking, view=view.sorted_by(column))
    return looking


def _latest_first(versions: Sequence[VersionInfo]) -> list[VersionInfo]:
    return sorted(versions, key=lambda info: -info.number)
