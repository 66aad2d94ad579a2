"""A generator that says what a test tells it to, and the replies of one."""

import threading
from collections.abc import Callable
from collections.abc import Generator as Steps
from typing import Any

from rag.answerer import Ask, Evidence, SentenceEvent, SourcesEvent, Written
from rag.compose import extracts
from rag.reply import Sentence, Usage
from rag.select import choose
from rag.verify import verbatim

LOCAL = "qwen2.5-coder-1.5b-instruct"
SMALL = "qwen2.5-coder-0.5b-instruct"
INVENTED = "Nine admirals sank in the Atlantic."
NOTICE = "The model did not answer: no reason given."


class Scripted:
    """Writes the best sentence of the articles and withholds an invented one.

    To a question that holds `fails_at` it gives a notice in place of an answer; at one that holds
    `interrupted_at`, somebody presses Ctrl-C.
    """

    def __init__(self, name: str = LOCAL, *, fails_at: str = "\0") -> None:
        self.name = name
        self.fails_at = fails_at
        self.interrupted_at = "\0"
        self.asked: list[str] = []
        self.stops: list[threading.Event | None] = []

    def write(
        self, evidence: Evidence, ask: Ask, config: Any = None
    ) -> Steps[SourcesEvent | SentenceEvent, None, Written]:
        if self.interrupted_at in ask.question:
            raise KeyboardInterrupt
        self.asked.append(ask.id or "")
        self.stops.append(ask.stop)
        if self.fails_at in ask.question:
            return Written((), (), Usage(prompt_tokens=500), withheld=2, notice=NOTICE)
        [(sentence, citation)] = extracts(choose(evidence.ranked, most=1), verbatim)
        yield SourcesEvent((citation,))
        yield SentenceEvent(sentence, (citation,))
        drafts = (draft(),) if ask.drafts else ()
        usage = Usage(prompt_tokens=600, completion_tokens=40)
        return Written((sentence, *drafts), (citation,), usage, withheld=1)


def draft(text: str = INVENTED) -> Sentence:
    return Sentence(text=text, citations=[], support="unsupported", score=0.1)


Maker = Callable[[Any], Scripted | None]


def maker(*generators: Scripted, aliases: tuple[tuple[str, str], ...] = ()) -> Maker:
    """Stands in for `rag.generate.choice.generator_of`: these generators, by name or alias."""
    known = {one.name: one for one in generators}
    named = known | {alias: known[name] for alias, name in aliases}

    def generator_of(settings: Any) -> Scripted | None:
        return None if settings.generator in ("extractive", "auto") else named[settings.generator]

    return generator_of
