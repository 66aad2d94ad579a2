"""An answer on the screen: sentence by sentence where a chat model writes it, else whole."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from rich.console import Console
from rich.status import Status
from rich.text import Text

from rag.answerer import EXTRACTIVE, Answerer, Ask, DoneEvent, SentenceEvent, SourcesEvent
from rag.reply import Citation, Reply, Sentence
from ui.dates import readable
from ui.output import console, show
from ui.plain import plain, shortened
from ui.pointed import by_number
from ui.render import (
    DIM,
    is_draft,
    print_reply,
    print_rest,
    print_sentence,
    print_understood,
)

PLACES = 200
"""Characters that tell what is being read."""


def present(screen: Console, chain: Answerer, ask: Ask) -> Reply | None:
    """Answer, print the answer and return it.

    None, and nothing more is printed, if a chat model was stopped before a sentence was shown.
    """
    if chain.generator != EXTRACTIVE and screen.file.isatty():
        return _present_live(screen, chain, ask)
    reply = chain.answer(ask)
    if _is_stopped(ask):
        return None
    print_reply(screen, reply)
    return reply


def _present_live(screen: Console, chain: Answerer, ask: Ask) -> Reply | None:
    words = Text(f"writing with {plain(chain.generator)}…", DIM)
    # A spinner of plain letters: standard error may not be able to show others.
    status = Status(words, console=console(sys.stderr), spinner="line", refresh_per_second=5)
    page = _Page(screen, status)
    try:
        *_, reply = _taken(page, chain, ask)
    finally:
        status.stop()
    if _is_stopped(ask) and all(map(is_draft, page.shown)):
        return None
    page.finish(reply)
    return reply


def _is_stopped(ask: Ask) -> bool:
    return ask.stop is not None and ask.stop.is_set()


def _taken(page: "_Page", chain: Answerer, ask: Ask) -> Iterator[Reply]:
    """Show what comes; yield the reply."""
    for event in chain.events(ask):
        if isinstance(event, DoneEvent):
            yield event.reply
        elif isinstance(event, SourcesEvent):
            page.take_sources(event, ask.question)
        elif not _is_stopped(ask):
            page.take_sentence(event)


@dataclass(slots=True)
class _Page:
    """What of an answer is on the screen; `status` tells on standard error that more is to come."""

    screen: Console
    status: Status
    shown: list[Sentence] = field(default_factory=list)

    def take_sources(self, event: SourcesEvent, question: str) -> None:
        with self._aside():
            print_understood(self.screen, question, event.question or question)
            if event.citations:
                show(self.screen, Text(_reading(event.citations), DIM))

    def take_sentence(self, event: SentenceEvent) -> None:
        with self._aside():
            self._print(event.sentence, event.citations)

    def finish(self, reply: Reply) -> None:
        """Print what of the reply is not on the screen yet."""
        for sentence in reply.sentences:
            if sentence not in self.shown:
                self._print(sentence, reply.citations)
        print_rest(self.screen, reply, drafts=any(map(is_draft, self.shown)))

    def _print(self, sentence: Sentence, citations: Sequence[Citation]) -> None:
        print_sentence(self.screen, sentence, by_number(citations))
        self.shown.append(sentence)

    @contextmanager
    def _aside(self) -> Iterator[None]:
        """Take the status away while something is printed: both are on one terminal."""
        self.status.stop()
        yield
        self.status.start()


def _reading(citations: Sequence[Citation]) -> str:
    """Return how many paragraphs are read, and where they are from."""
    count = len({(c.article_id, c.version, c.paragraph) for c in citations})
    places = dict.fromkeys(_place(c) for c in citations)
    paragraphs = "1 paragraph" if count == 1 else f"{count} paragraphs"
    return shortened(plain(f"Reading {paragraphs}: {'; '.join(places)}"), PLACES)


def _place(citation: Citation) -> str:
    return f"{citation.outlet or citation.title} {readable(citation.published) or ''}".strip()
