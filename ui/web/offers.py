"""Questions that a reader may ask with one click: on the first screen, and where none was answered.

Each is known to have an answer here.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from itertools import islice

from rag.answerer import EXTRACTIVE, Ask
from rag.errors import DatelineError
from rag.library import catalogue
from rag.reply import Reply
from ui.service.desk import desk_of
from ui.site import Site
from ui.suggest import about_title, suggestions

EXAMPLES = (
    "How many drones and missiles did Iran launch at Israel in April 2024?",
    "When did the truce in Gaza of November 2023 begin?",
    "How did the Houthis seize the Galaxy Leader?",
)
"""What the shipped record answers."""

MOST = 3
TRIED = 12
KEPT = 256
PATIENCE = 3.0
"""Seconds that a page waits for its offers: models may be writing for others."""

Questions = tuple[str, ...]


class Offers:
    """The questions offered, looked for once in each state of the library.

    They depend on the library and on a question, on no reader.
    """

    def __init__(self, site: Site) -> None:
        """Offer what a site's library answers."""
        self._site = site
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[str, str, str | None], Questions] = OrderedDict()

    def first(self) -> Questions:
        """Return up to three questions for the first screen."""
        return self._once("", None, self._examples)

    def near(self, reply: Reply) -> Questions:
        """Return up to three questions near one that was not answered; else none."""
        if reply.status != "abstained":
            return ()
        return self._once(
            reply.standalone_question,
            reply.as_of,
            lambda: suggestions(
                self._site.engine.library, reply, is_answered=self._is_answered, most=MOST
            ),
        )

    def _once(
        self, question: str, as_of: str | None, find: Callable[[], Sequence[str]]
    ) -> Questions:
        key = (self._site.engine.library.stats().revision, question, as_of)
        with self._lock:
            if key in self._known:
                return self._known[key]

        def look() -> Questions:
            found = tuple(find())
            with self._lock:
                self._known[key] = found
                if len(self._known) > KEPT:
                    self._known.popitem(last=False)
            return found

        try:
            return desk_of(self._site).turnstile.run(look, patience=PATIENCE)
        except (TimeoutError, DatelineError):
            return ()  # nobody waits for an offer

    def _examples(self) -> Sequence[str]:
        with self._site.engine.library.reading() as db:
            titles = [info.title for info in catalogue.list_articles(db)[:TRIED]]
        asked = [*EXAMPLES, *filter(None, map(about_title, titles))]
        return list(islice(filter(self._is_answered, asked), MOST))

    def _is_answered(self, question: str) -> bool:
        choices = self._site.engine.choices()
        quick = next((c.generator for c in choices if c.label == EXTRACTIVE), EXTRACTIVE)
        try:
            reply = self._site.engine.answer(Ask(question), generator=quick)
        except DatelineError:
            return False
        return reply.status == "answered"
