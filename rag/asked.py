"""What is asked, what the stages before the answer found, and what is told while answering."""

import re
import threading
from collections.abc import Generator as Steps
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from rag.errors import UsageError
from rag.library.rows import NO_FILTERS, Filters, VersionText
from rag.question import Question
from rag.reply import Citation, Reply, Sentence, Timings, Usage
from rag.retrieve import Found
from rag.select import Candidate

FEWEST_LETTERS = 2

_BROKEN = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier exchange of the conversation."""

    question: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Ask:
    """A question with its conversation and filters; `id` is made if not given.

    With `drafts`, sentences of a chat model that did not stand up to the check are given too,
    marked as unsupported. Setting `stop` ends a chat model's answer where it is.
    """

    question: str
    history: tuple[Turn, ...] = ()
    filters: Filters = NO_FILTERS
    id: str | None = None
    drafts: bool = False
    stop: threading.Event | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class SourcesEvent:
    """What the answer is made from, before its first sentence, and how a follow-up is read."""

    citations: tuple[Citation, ...]
    question: str = ""


@dataclass(frozen=True, slots=True)
class SentenceEvent:
    """One complete, checked sentence, and those of its citations that are new."""

    sentence: Sentence
    citations: tuple[Citation, ...] = ()

    @property
    def is_shown(self) -> bool:
        """Whether it is part of the answer, not a draft."""
        return self.sentence.support != "unsupported"


@dataclass(frozen=True, slots=True)
class DoneEvent:
    """The whole reply."""

    reply: Reply


Event = SourcesEvent | SentenceEvent | DoneEvent


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the stages before the answer found; `--explain` shows it.

    `idf` weighs the index terms of the passages found, for the check of support.
    """

    question: Question
    found: Found
    versions: Mapping[int, VersionText]
    ranked: tuple[Candidate, ...]
    confidence: float
    timings: Timings
    idf: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Written:
    """What a chat model's answer came to after the check.

    `sentences` may hold drafts; without another sentence there is no answer. `declined` tells
    that a model which can be trusted with that found no answer in the sources.
    """

    sentences: tuple[Sentence, ...]
    citations: tuple[Citation, ...]
    usage: Usage
    withheld: int = 0
    notice: str | None = None
    declined: bool = False
    verify_ms: float = 0.0

    @property
    def answers(self) -> bool:
        """Whether a sentence stood up to the check."""
        return any(sentence.support != "unsupported" for sentence in self.sentences)


class Generator(Protocol):
    """What writes an answer from evidence; `rag.generate.writer` has the one for chat models."""

    @property
    def name(self) -> str:
        """What the reply says wrote it."""

    def write(
        self,
        evidence: Evidence,
        ask: Ask,
        config: Any = None,  # noqa: ANN401 (LangChain's RunnableConfig, not imported here)
    ) -> Steps[SourcesEvent | SentenceEvent, None, Written]:
        """Yield the sources, then each checked sentence; return what it came to. Never raises."""


def check_question(text: str, *, most: int) -> str:
    """Return the question without the white space around it; raise UsageError if it is none."""
    question = " ".join(text.split())
    if not question:
        raise UsageError("The question is empty. Ask something, for example: "
                         "dateline ask \"Who condemned the attack of April 2024?\"")  # fmt: skip
    if (broken := _BROKEN.search(text)) is not None:
        raise UsageError(
            f"Character {broken.start() + 1} of the question is not valid Unicode; type it again."
        )
    if len(text) > most:
        raise UsageError(
            f"The question has {len(text)} characters; at most {most} are read. Ask it shorter."
        )
    if sum(letter.isalnum() for letter in question) < FEWEST_LETTERS:
        raise UsageError(f"{question!r} holds no words to look for. Ask in words.")
    return question
