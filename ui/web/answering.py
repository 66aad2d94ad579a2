"""A question of the page, from Enter to the stored answer, as the chat shows it on its way."""

import logging
import threading
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field

from anyio import to_thread
from markupsafe import Markup

from rag.answerer import EXTRACTIVE, Ask, DoneEvent, Event, SentenceEvent, SourcesEvent, Turn
from rag.errors import DatelineError
from rag.reply import Citation, LibraryState, Reply, Sentence, Timings
from ui.edge import sentence_of
from ui.markup.answer import answer_html, sources_html
from ui.plain import shortened
from ui.service.desk import desk_of
from ui.site import Site
from ui.store.keeping import unkept
from ui.store.records import Asked, Exchange
from ui.web.fragments import notice_html
from ui.web.messages import Message, answer_message, messages_of, question_message
from ui.web.offers import Offers

REMEMBERED = 8
"""Exchanges of the conversation that a follow-up may lean on."""

TITLE = 80
"""Characters of the first question that name a conversation."""

STOPPED = "Stopped before anything was written."

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Question:
    """What a reader asks, where in which of their conversations, and how.

    With `after`, what follows that exchange is taken out of the conversation once there is an
    answer; "" takes out all.
    """

    reader: str
    text: str
    conversation: str
    asked: Asked
    after: str | None = None
    stop: threading.Event = field(default_factory=threading.Event)


@dataclass(frozen=True, slots=True)
class Picture:
    """The chat at one moment; `conversation` is known with the answer, which `failed` has not."""

    messages: Sequence[Message]
    conversation: str = ""
    is_last: bool = False
    failed: bool = False


async def pictures(site: Site, offers: Offers, question: Question) -> AsyncGenerator[Picture, None]:
    """Yield the chat with the question, the sources, each sentence and the stored answer.

    What fails is told in the chat; nothing is raised and nothing stored then. An answer that
    cannot be stored is shown all the same.
    """
    try:
        before = await to_thread.run_sync(_before, site, question)
    except DatelineError as error:
        yield failed_picture((), question.text, str(error))
        return
    shown = [*messages_of(before), question_message(question.text)]
    yield Picture([*shown, answer_message(Markup('<p class="waiting">Searching…</p>'))])
    draft = _Draft(question.text)
    try:
        async with aclosing(_written(site, question, before, draft)) as written:
            async for html in written:
                yield Picture([*shown, answer_message(html)])
        if draft.reply is None:
            yield _failed(shown, STOPPED)
            return
    except Exception as error:
        if not isinstance(error, DatelineError):
            log.exception("a question of the page failed")
        yield _failed(shown, sentence_of(error))
        return
    try:
        exchange = await to_thread.run_sync(_stored, site, question, draft.reply)
    except DatelineError as error:
        html = answer_html(unkept(draft.reply, error), "")
        yield Picture([*shown, answer_message(html)], is_last=True)
        return
    answer = answer_message(answer_html(exchange.reply, exchange.id))
    yield Picture([*shown, answer], exchange.conversation, is_last=True)
    if offered := await to_thread.run_sync(offers.near, exchange.reply):
        html = answer_html(exchange.reply, exchange.id, suggestions=offered)
        yield Picture([*shown, answer_message(html)])


def is_live(site: Site, asked: Asked) -> bool:
    """Whether the answer is written while it is shown; an extractive one is there at once."""
    labels = {choice.generator: choice.label for choice in site.engine.choices()}
    return labels.get(asked.generator or "", site.engine.generator) != EXTRACTIVE


def failed_picture(before: Sequence[Exchange], text: str, sentence: str) -> Picture:
    """Return the chat with a question that was not asked, and why."""
    return _failed([*messages_of(before), question_message(text)], sentence)


def _failed(shown: Sequence[Message], sentence: str) -> Picture:
    told = answer_message(notice_html(sentence))
    return Picture([*shown, told], is_last=True, failed=True)


def _before(site: Site, question: Question) -> Sequence[Exchange]:
    """Return what the question follows."""
    if not question.conversation or question.after == "":
        return ()
    said = site.store.exchanges(question.reader, question.conversation)
    if question.after is None:
        return said
    ids = [exchange.id for exchange in said]
    return said[: ids.index(question.after) + 1] if question.after in ids else said


def _stored(site: Site, question: Question, reply: Reply) -> Exchange:
    reader, store = question.reader, site.store
    known = store.conversation(reader, question.conversation) if question.conversation else None
    known = known or store.begin(reader, shortened(" ".join(question.text.split()), TITLE))
    return store.put(reader, known.id, question.asked, reply, after=question.after)


async def _written(
    site: Site, question: Question, before: Sequence[Exchange], draft: "_Draft"
) -> AsyncGenerator[Markup, None]:
    """Yield the answer so far; leave the whole in the draft."""
    ask = Ask(
        question.text,
        history=tuple(Turn(e.reply.question, e.reply) for e in before[-REMEMBERED:]),
        filters=question.asked.filters,
        stop=question.stop,
    )
    live = is_live(site, question.asked)
    stream = desk_of(site).stream(ask, generator=question.asked.generator)
    async with aclosing(stream) as events:
        async for event in events:
            if draft.take(event, is_live=live, is_stopped=question.stop.is_set()):
                yield draft.html()


@dataclass(slots=True)
class _Draft:
    """An answer that is not whole yet."""

    question: str
    standalone: str = ""
    citations: list[Citation] = field(default_factory=list)
    sentences: list[Sentence] = field(default_factory=list)
    reply: Reply | None = None

    def take(self, event: Event, *, is_live: bool, is_stopped: bool) -> bool:
        """Take what came; return whether it is to be shown now."""
        if isinstance(event, DoneEvent):
            self.reply = None if is_stopped and not self.sentences else event.reply
            return False
        if isinstance(event, SourcesEvent):
            self.citations, self.standalone = list(event.citations), event.question
        elif isinstance(event, SentenceEvent) and event.is_shown and not is_stopped:
            self.sentences.append(event.sentence)
            known = {citation.n for citation in self.citations}
            self.citations += [c for c in event.citations if c.n not in known]
        return isinstance(event, SourcesEvent) or is_live

    def html(self) -> Markup:
        """Return what is known: what is read, then the sentences under it."""
        if not self.sentences:
            return sources_html(self.citations)
        return answer_html(self._partial(), "", waiting=True)

    def _partial(self) -> Reply:
        return Reply(
            id="",
            question=self.question,
            standalone_question=self.standalone or self.question,
            status="partial",
            answer="",
            sentences=self.sentences,
            citations=self.citations,
            confidence=0.0,
            generator="",
            library=LibraryState(articles=0, paragraphs=0, revision=""),
            timings_ms=Timings(),
        )
