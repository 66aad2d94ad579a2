"""`dateline chat`: a conversation; a number shows the paragraph of that citation."""

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field

from rich.console import Console
from rich.text import Text

from rag.answerer import EXTRACTIVE, Answerer, Ask, Turn
from rag.errors import DatelineError
from rag.library import catalogue
from rag.library.library import Library
from rag.library.rows import Filters, VersionText
from rag.models.embedder import Embedder
from rag.models.load import load_embedder
from rag.reply import Citation
from rag.settings import Settings
from ui.article_text import print_heading, print_neighbours, print_paragraph, require_paragraph
from ui.ask import chain_of
from ui.edge import sentence_of
from ui.interrupt import stopping
from ui.invocation import Invocation
from ui.live import present
from ui.narrowing import Narrowing
from ui.output import complain, console, show
from ui.render import DIM, print_sources
from ui.session import asking, require_articles

PROMPT = "> "
REMEMBERED = 8
"""Turns of the conversation that a follow-up may lean on."""

HELP = """\
Type a question; what follows may lean on it ("and in October?").
A number shows the paragraph behind that citation; + and - turn to the next and the previous one.
/sources  the sources of the last answer
/generator NAME  what writes the answers: extractive, local, or a chat model; without NAME, tell
/drafts   show, or no longer, what a model wrote that the sources do not bear
/new      forget the conversation
/help     this text
/quit     leave (so do Ctrl-D and Ctrl-C; while a model writes, Ctrl-C stops it)"""


@dataclass(slots=True)
class Chat:
    """The state of one conversation: who answers, its turns, and the paragraph that is open."""

    library: Library
    settings: Settings
    embedder: Embedder
    chain: Answerer
    filters: Filters
    screen: Console
    debug: bool = False
    drafts: bool = False
    turns: list[Turn] = field(default_factory=list)
    opened: tuple[VersionText, int] | None = None

    def greet(self) -> None:
        """Tell what can be asked and how to leave."""
        stats = self.library.stats()
        articles = "1 article" if stats.articles == 1 else f"{stats.articles} articles"
        self.say(f"{articles}, {stats.paragraphs} paragraphs. Ask a question, type a citation's "
                 "number to read its paragraph, /help for more, /quit to leave.")  # fmt: skip

    def say(self, text: str) -> None:
        """Print a line of our own."""
        show(self.screen, Text(text, DIM))

    def take(self, line: str) -> bool:
        """Do what one line asks for; return whether the conversation goes on."""
        line = line.strip()
        if line in {"/quit", "/exit", "/q"}:
            return False
        try:
            self._do(line)
        except DatelineError as error:
            self.say(str(error))
        except Exception as error:  # one question must not end the chat
            if self.debug:
                raise
            complain(sentence_of(error))
        return True

    def _do(self, line: str) -> None:
        commands: dict[str, Callable[[], None]] = {
            "/help": lambda: self.say(HELP),
            "/new": self._forget,
            "/sources": self._sources,
            "/drafts": self._toggle_drafts,
            "+": lambda: self._turn(1),
            "-": lambda: self._turn(-1),
        }
        word, _, rest = line.partition(" ")
        if line in commands:
            commands[line]()
        elif word == "/generator":
            self._choose(rest.strip())
        elif line.startswith("/"):
            self.say(f"There is no command {word!r}; /help lists them.")
        elif line.strip("[]").isdecimal():
            self._open(int(line.strip("[]")))
        elif line:
            self._ask(line)

    def _ask(self, question: str) -> None:
        stop = threading.Event()
        ask = Ask(
            question,
            history=tuple(self.turns[-REMEMBERED:]),
            filters=self.filters,
            drafts=self.drafts,
            stop=stop,
        )
        with stopping(stop) if self.chain.generator != EXTRACTIVE else nullcontext():
            reply = present(self.screen, self.chain, ask)
        if stop.is_set() and (reply is None or reply.notice is None):
            self.say("Stopped.")
        if reply is not None:
            self.turns.append(Turn(question, reply))
            self.opened = None

    def _choose(self, name: str) -> None:
        """Have another generator write what follows; without a name, tell which one does."""
        if name:
            settings = self.settings.model_copy(update={"generator": name})
            self.chain = chain_of(self.library, settings, self.embedder)
        self.say(f"Answers are written by: {self.chain.generator}")

    def _toggle_drafts(self) -> None:
        self.drafts = not self.drafts
        self.say("Drafts are shown, struck through." if self.drafts else "Drafts are left out.")

    def _forget(self) -> None:
        self.turns.clear()
        self.opened = None
        self.say("The conversation is forgotten; ask anew.")

    def _cited(self) -> list[Citation]:
        if not self.turns:
            return []
        reply = self.turns[-1].reply
        return [*reply.citations, *reply.nearest]

    def _sources(self) -> None:
        cited = self._cited()
        print_sources(self.screen, "Sources", cited)
        if not cited:
            self.say("There is no answer with sources yet.")

    def _open(self, number: int) -> None:
        cited = self._cited()
        citation = next((c for c in cited if c.n == number), None)
        if citation is None:
            known = ", ".join(str(c.n) for c in cited)
            self.say(f"There is no citation {number}; the last answer has {known or 'none'}.")
            return
        with self.library.reading() as db:
            version = catalogue.read_version(db, citation.article_id, citation.version)
        self._print(version, citation.paragraph, exact=(citation.start, citation.end))

    def _turn(self, step: int) -> None:
        if self.opened is None:
            self.say("No paragraph is open; type the number of a citation first.")
            return
        version, number = self.opened
        require_paragraph(version, number + step)
        self._print(version, number + step)

    def _print(
        self, version: VersionText, number: int, *, exact: tuple[int, int] | None = None
    ) -> None:
        self.opened = (version, number)
        print_heading(self.screen, version.info)
        print_paragraph(self.screen, version, number, exact=exact)
        print_neighbours(self.screen, version, number, "+ and - turn to them")


def typed_lines() -> Iterator[str]:
    """Yield what is typed, with editing and history on a terminal, or piped, until its end."""
    if not sys.stdin.isatty():
        yield from sys.stdin
        return
    with suppress(ImportError):  # not on every platform
        import readline  # noqa: F401 (input() takes it up)
    while True:
        try:
            yield input(PROMPT)
        except EOFError:
            return


def run(invocation: Invocation, narrowing: Narrowing, *, drafts: bool = False) -> int:
    """Talk until the user leaves."""
    narrowing.dates()
    settings = invocation.settings()
    screen = console()
    with asking(settings) as library:
        require_articles(library)
        with library.reading() as db:
            filters = narrowing.resolve(db)
        embedder = load_embedder(settings)
        chain = chain_of(library, settings, embedder)
        chat = Chat(library, settings, embedder, chain, filters, screen, invocation.debug, drafts)
        chat.greet()
        try:
            for line in typed_lines():
                if not chat.take(line):
                    break
                screen.print()
        except KeyboardInterrupt:
            pass
    chat.say("Goodbye.")
    return 0
