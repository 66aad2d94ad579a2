"""A generator that writes what a test tells it to."""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rag.asked import Ask, Evidence, SentenceEvent, SourcesEvent, Written
from rag.cite import citation
from rag.reply import Citation, Sentence, Usage
from rag.settings import Settings

NAME = "scripted:model"

Step = str | Callable[[Ask], object]
"""A sentence, a draft if it begins with `?`, or what is done in between."""


@dataclass(slots=True)
class Scripted:
    """Goes through its steps; every sentence cites the best paragraph. It stops when told to."""

    steps: Sequence[Step]
    notice: str | None = None
    declined: bool = False
    usage: Usage = field(default_factory=lambda: Usage(prompt_tokens=512, completion_tokens=88))
    name: str = NAME
    asked: list[Ask] = field(default_factory=list)

    def write(
        self,
        evidence: Evidence,
        ask: Ask,
        config: Any = None,
    ) -> Generator[SourcesEvent | SentenceEvent, None, Written]:
        self.asked.append(ask)
        best = evidence.ranked[0]
        source = citation(1, best.version, best.sentence.start, best.sentence.end)
        yield SourcesEvent((source,))
        written: list[Sentence] = []
        withheld = 0
        for step in self.steps:
            if ask.stop is not None and ask.stop.is_set():
                break
            if not isinstance(step, str):
                step(ask)
                continue
            sentence = sentence_of(step)
            draft = sentence.support == "unsupported"
            withheld += draft
            if not draft or ask.drafts:
                cited: tuple[Citation, ...] = () if draft else (source,)
                yield SentenceEvent(sentence, () if written else cited)
                written.append(sentence)
        supported = any(one.support != "unsupported" for one in written)
        return Written(
            tuple(written),
            (source,) if supported else (),
            self.usage,
            withheld,
            self.notice,
            self.declined,
            3.5,
        )


def sentence_of(step: str) -> Sentence:
    """Return what a step says."""
    if step.startswith("?"):
        return Sentence(text=step[1:], citations=[], support="unsupported", score=0)
    return Sentence(text=step, citations=[1], support="supported", score=1)


def chooser(scripted: Scripted) -> Callable[[Settings], Scripted | None]:
    """Return what stands for `generator_of`."""
    return lambda settings: scripted if settings.generator == NAME else None
