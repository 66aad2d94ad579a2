"""A chat model's answer with Dateline between it and the reader: every sentence is checked."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Generator as Steps
from dataclasses import dataclass, replace
from time import monotonic
from typing import Any

from rag.asked import Ask, Evidence, SentenceEvent, SourcesEvent, Written
from rag.cite import citation
from rag.errors import ModelError
from rag.generate import choosing, compress
from rag.generate.calling import Call, stream_reply
from rag.generate.naming import ChatModel
from rag.generate.page import Page
from rag.generate.prices import cost
from rag.generate.prompt import Message, choose_messages, plain_messages, write_messages
from rag.generate.source import Source
from rag.generate.tokens import count_tokens
from rag.generate.usage import Usage as Tokens
from rag.reply import Citation, Usage
from rag.settings import Settings
from rag.support import SupportJudge, SupportModel
from rag.verify.claims import ClaimChecker
from rag.verify.draft import Draft, SentenceCutter

Shown = Steps[SourcesEvent | SentenceEvent, None, Written]


@dataclass(frozen=True, slots=True)
class Reach:
    """How much a model is given and may write, in tokens, and how many sentences it is given."""

    evidence: int
    sentences: int
    answer: int


SMALL = Reach(evidence=380, sentences=choosing.NUMBERS, answer=120)
"""For a model in this process: with the prompt's own words about 550 tokens to read."""

LARGE = Reach(evidence=2400, sentences=60, answer=1024)


CHOSEN = 3
"""Sentences that a small model writes from."""


@dataclass(frozen=True, slots=True)
class ModelWriter:
    """Writes answers with a chat model: a `rag.asked.Generator`.

    A model in this process is a small one and is led: it first chooses the sentences that answer,
    by a grammar that lets it write nothing but their numbers, and then writes from those. What it
    writes that does not rest on them is left out, and the chosen sentences are quoted below what
    is left. What it says of the articles as a whole is not believed. Any other model is asked
    once, and may decline.
    """

    model: ChatModel
    settings: Settings
    judge: Callable[[Mapping[str, float]], SupportJudge] = SupportModel
    """Makes the checker of support from the weights of the evidence's terms: the seam for a
    trained one."""

    @property
    def name(self) -> str:
        """What the model is called."""
        return self.model.name

    def write(
        self,
        evidence: Evidence,
        ask: Ask,
        config: Any = None,  # noqa: ANN401 (LangChain's RunnableConfig)
    ) -> Shown:
        """Yield the sources, then each checked sentence; return what it came to. Never raises."""
        sources = self.sources(evidence)
        yield SourcesEvent(tuple(_shown(source) for source in sources))
        if not sources:
            return Written(sentences=(), citations=(), usage=Usage())
        work = _Work(self.model, self.settings, ask, config, self._reach)
        question = evidence.question.text
        claims = ClaimChecker(sources, self.judge(evidence.idf), question)
        by_number = {source.n: source for source in sources}
        page = Page(by_number, claims, drafts=ask.drafts)
        try:
            if self.model.in_process:
                asked = choose_messages(question, sources)
                chosen = work.choose(asked, sources)
                page = Page(by_number, claims, drafts=ask.drafts, only=chosen)
                if work.finish != "stopped":
                    yield from work.fill(page, write_messages(asked, chosen, question))
                    work.quoted_only = page.is_empty
                for n in chosen if work.finish != "stopped" else ():
                    yield from page.quote(by_number[n])
            else:
                yield from work.fill(page, plain_messages(question, sources))
        except ModelError as error:
            work.trouble = str(error)
        page.close()
        return self._written(page, work)

    def sources(self, evidence: Evidence) -> tuple[Source, ...]:
        """Return what the model reads of the evidence."""
        reach = self._reach
        return compress.compress(
            evidence.ranked,
            budget=self.settings.generator_evidence or reach.evidence,
            count=lambda text: count_tokens(text, self.model.name),
            best=max(compress.BEST, reach.sentences),
            most=reach.sentences,
        )

    @property
    def _reach(self) -> Reach:
        return SMALL if self.model.in_process else LARGE

    def _written(self, page: Page, work: "_Work") -> Written:
        price = cost(
            work.tokens,
            self.model.name,
            local=self.model.local,
            price_in=self.settings.generator_price_in,
            price_out=self.settings.generator_price_out,
        )
        declined = page.declines and page.is_empty and not self.model.in_process
        return Written(
            sentences=tuple(page.sentences),
            citations=tuple(page.citations),
            usage=Usage(
                prompt_tokens=work.tokens.prompt_tokens,
                completion_tokens=work.tokens.completion_tokens,
                cost_usd=price,
            ),
            withheld=page.withheld,
            notice=None if declined else self._notice(page, work),
            declined=declined,
            verify_ms=round(page.seconds * 1000, 2),
        )

    def _notice(self, page: Page, work: "_Work") -> str | None:
        """Say why the answer is not the model's, or not all of it."""
        name = repr(self.model.name)
        if page.is_empty and work.finish != "stopped":
            return work.trouble or f"Nothing that the model {name} wrote stood up to the check."
        if work.trouble:
            return f"{work.trouble} The answer may lack its end."
        if work.quoted_only:
            return (
                f"Nothing that the model {name} wrote stood up to the check: the sentences that it "
                "chose are quoted instead."
            )
        endings = {
            "stopped": "You stopped the model before it was done.",
            "looped": f"The model {name} began to repeat itself and was stopped.",
            # A small one is always cut off at the end of its last sentence.
            "length": None
            if self.model.in_process
            else f"The model {name} was cut off, so the answer may lack its end.",
        }
        return endings.get(work.finish or "")


class _Work:
    """The calls of one answer: they share its time, and their tokens are added up."""

    def __init__(
        self,
        model: ChatModel,
        settings: Settings,
        ask: Ask,
        config: Any,  # noqa: ANN401
        reach: Reach,
    ) -> None:
        self._model, self._ask, self._config, self._reach = model, ask, config, reach
        self._deadline = monotonic() + settings.generator_seconds
        self.tokens = Tokens(0, 0)
        self.trouble: str | None = None
        self.finish: str | None = None
        self.quoted_only = False

    def choose(self, asked: Sequence[Message], sources: Sequence[Source]) -> tuple[int, ...]:
        """Return the numbers of the sentences that answer best; raises ModelError."""
        model = replace(self._model, chat=choosing.choosing(self._model.chat, sources))
        call = self._call(model, asked, choosing.TOKENS)
        try:
            text = "".join(call)
        finally:
            self._end(call)
        self.finish = call.finish
        return choosing.chosen(text, call.logprobs, sources, most=CHOSEN)

    def fill(self, page: Page, messages: Sequence[Message]) -> Iterator[SentenceEvent]:
        """Let the model write on a page; raises ModelError if it writes nothing."""
        call = self._call(self._model, messages, self._reach.answer)
        try:
            for draft in _drafts(call):
                yield from page.take(draft)
                if page.loops:
                    break
            # Left at the tag that ends its turn, the call has not come to its own end.
            self.finish = "looped" if page.loops else call.finish or "whole"
            self.trouble = call.trouble
        finally:
            self._end(call)

    def _call(self, model: ChatModel, messages: Sequence[Message], tokens: int) -> Call:
        from langchain_core.messages import convert_to_messages

        return stream_reply(
            model,
            convert_to_messages(messages),
            seconds=max(0.0, self._deadline - monotonic()),
            stop=self._ask.stop,
            config=self._config,
            most_tokens=tokens,
        )

    def _end(self, call: Call) -> None:
        call.close()
        used = call.usage
        self.tokens = Tokens(
            self.tokens.prompt_tokens + used.prompt_tokens,
            self.tokens.completion_tokens + used.completion_tokens,
            estimated=self.tokens.estimated or used.estimated,
        )


def _drafts(call: Call) -> Iterator[Draft]:
    """Cut a call's text into sentences as it comes."""
    cutter = SentenceCutter()
    for piece in call:
        yield from cutter.feed(piece)
        if cutter.ended:
            break
    yield from cutter.close()


def _shown(source: Source) -> Citation:
    sentence = source.shown[0]
    return citation(source.n, source.version, sentence.start, sentence.end)
