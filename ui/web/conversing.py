"""What the listeners of the Ask tab do; all that they keep is in the store, by reader."""

import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

import gradio as gr
from anyio import to_thread

from rag.errors import UsageError
from ui.readers import reader_of
from ui.site import Site
from ui.store.records import Exchange, Feedback
from ui.web import filters
from ui.web.answering import Picture, Question, failed_picture, is_live, pictures
from ui.web.beats import with_beats
from ui.web.filters import Drawer
from ui.web.fragments import conversations_html, exports_html, welcome_html
from ui.web.messages import SAYINGS, as_typed, messages_of, sayings_of
from ui.web.offers import Offers

Updates = tuple[Any, ...]
Typed = Any
"""What stands in a control: a text, names, or nothing."""


class Conversing:
    """The listeners, each a method; a `conversation` is an id, "" before the first answer."""

    def __init__(self, site: Site) -> None:
        """Converse about a site."""
        self._site = site
        self._store = site.store
        self._offers = Offers(site)

    async def ask(
        self, request: gr.Request, conversation: str, *given: Typed
    ) -> AsyncIterator[Updates]:
        """Answer what is in the box, below what was said."""
        *drawer, text = given
        async for updates in self._answered(request, conversation, drawer, text):
            yield updates

    async def retry(
        self, request: gr.Request, event: gr.RetryData, conversation: str, *drawer: Typed
    ) -> AsyncIterator[Updates]:
        """Answer a question again, with the filters and the generator as they are now."""
        known, after = await self._place(request, conversation, event.index)
        text = known or as_typed(str(event.value))
        async for updates in self._answered(request, conversation, drawer, text, after):
            yield updates

    async def edit(
        self, request: gr.Request, event: gr.EditData, conversation: str, *drawer: Typed
    ) -> AsyncIterator[Updates]:
        """Answer an edited question in the place of the old; what followed it goes."""
        _, after = await self._place(request, conversation, event.index)
        text = as_typed(str(event.value))
        async for updates in self._answered(request, conversation, drawer, text, after):
            yield updates

    def stop(self, running: threading.Event | None) -> None:
        """End the answer that is being written."""
        if running is not None:
            running.set()

    def undo(self, request: gr.Request, event: gr.UndoData, conversation: str) -> tuple[Any, Any]:
        """Take the last question out of the conversation, and put it back into the box."""
        reader, said = reader_of(request), self._exchanges(request, conversation)
        at = _turn(event.index)
        if at >= len(said):
            return self._chat(reader, said), gr.skip()
        self._store.drop_from(reader, said[at].id)
        return self._chat(reader, said[:at]), said[at].reply.question

    def say(self, request: gr.Request, event: gr.LikeData, conversation: str) -> Any:  # noqa: ANN401
        """Keep what a reader says of an answer, or that it is taken back."""
        said = self._exchanges(request, conversation)
        at, word = _turn(event.index), event.liked
        if at >= len(said):
            return gr.skip()
        word = {True: "Like", False: "Dislike"}[word] if isinstance(word, bool) else word
        reader, exchange = reader_of(request), said[at].id
        if word in SAYINGS:
            self._store.say(reader, Feedback(exchange, SAYINGS[word]))
        else:
            self._store.take_back(reader, exchange)
        return gr.update(feedback_value=sayings_of(self._site, reader, said))

    def open(self, request: gr.Request, conversation: str) -> Updates:
        """Open the conversation in the page's address, or a new one."""
        said = self._exchanges(request, conversation)
        asked = said[-1].asked if said else None
        opened = conversation if said else ""
        return self._opened(reader_of(request), opened, said, filters.drawer_of(asked))

    def reopen(self, request: gr.Request, event: gr.EventData) -> Updates:
        """Open another conversation."""
        return self.open(request, str(event.conversation))

    def delete(self, request: gr.Request, conversation: str) -> Updates:
        """Delete the conversation, if that was confirmed (else there is no id), and open none."""
        if not conversation or not self._store.delete(reader_of(request), conversation):
            return (gr.skip(),) * 9
        return self.open(request, "")

    def rename(self, request: gr.Request, conversation: str, title: str) -> None:
        """Give the conversation another name."""
        if conversation and title.strip():
            self._store.rename(reader_of(request), conversation, title.strip())

    def listed(self, request: gr.Request, conversation: str, words: str) -> Updates:
        """Return the list of conversations, and what belongs to the one that is open."""
        reader = reader_of(request)
        found = self._store.conversations(reader, words)
        own = self._store.conversation(reader, conversation) if conversation else None
        return (
            conversations_html(found, current=conversation, words=words),
            gr.update(visible=own is not None),
            own.title if own else "",
            exports_html(own.id if own else ""),
        )

    def summarised(self, *drawer: Typed) -> Any:  # noqa: ANN401
        """Return what the drawer says of itself."""
        return gr.update(label=filters.summary(Drawer(*drawer)))

    async def _answered(
        self,
        request: gr.Request,
        conversation: str,
        drawer: Sequence[Typed],
        text: str,
        after: str | None = None,
    ) -> AsyncIterator[Updates]:
        if not text.strip():
            yield (gr.skip(),) * 6
            return
        try:
            asked = Drawer(*drawer).asked()
        except UsageError as error:
            said = await to_thread.run_sync(self._exchanges, request, conversation)
            yield self._shown(failed_picture(said, text, str(error)), text)
            return
        question = Question(reader_of(request), text, conversation, asked, after)
        begun = False
        async with aclosing(with_beats(pictures(self._site, self._offers, question))) as shown:
            async for picture in shown:
                if picture is None:
                    yield (gr.skip(),) * 6
                    continue
                yield self._shown(picture, text) if begun else self._begun(picture, question)
                begun = True

    def _begun(self, picture: Picture, question: Question) -> Updates:
        """Return the first picture: the box is empty, and what takes long can be stopped."""
        stops = is_live(self._site, question.asked)
        buttons = (gr.update(visible=not stops), gr.update(visible=stops))
        return (self._value(picture), "", gr.skip(), *buttons, question.stop)

    def _shown(self, picture: Picture, text: str) -> Updates:
        if not picture.is_last:
            return (self._value(picture), *(gr.skip(),) * 5)
        return (
            self._value(picture),
            text if picture.failed else gr.skip(),
            picture.conversation or gr.skip(),
            gr.update(visible=True),
            gr.update(visible=False),
            None,
        )

    def _value(self, picture: Picture) -> Any:  # noqa: ANN401
        return list(picture.messages)

    def _opened(
        self, reader: str, conversation: str, said: Sequence[Exchange], drawer: Drawer
    ) -> Updates:
        return (
            self._chat(reader, said),
            conversation,
            gr.update(label=filters.summary(drawer)),
            drawer.as_of,
            drawer.since,
            drawer.until,
            gr.update(choices=filters.names(self._site, "outlet"), value=list(drawer.outlets)),
            gr.update(choices=filters.names(self._site, "speaker"), value=list(drawer.speakers)),
            self._generators(drawer.generator),
        )

    def _generators(self, chosen: str | None) -> Any:  # noqa: ANN401
        choices = filters.generators(self._site)
        known = [name for _, name in choices]
        return gr.update(choices=choices, value=chosen if chosen in known else known[0])

    def _chat(self, reader: str, said: Sequence[Exchange]) -> Any:  # noqa: ANN401
        if said:
            sayings = sayings_of(self._site, reader, said)
            messages = messages_of(said, self._offers.near(said[-1].reply))
            return gr.update(value=messages, feedback_value=sayings)
        articles = self._site.engine.library.stats().articles
        welcome = welcome_html(articles, self._offers.first() if articles else ())
        return gr.update(value=[], feedback_value=[], placeholder=welcome)

    def _exchanges(self, request: gr.Request, conversation: str) -> Sequence[Exchange]:
        if not conversation:
            return ()
        return self._store.exchanges(reader_of(request), conversation)

    async def _place(
        self, request: gr.Request, conversation: str, index: object
    ) -> tuple[str, str | None]:
        """Return the question of a message, and the exchange that it follows ("" for none)."""
        said = await to_thread.run_sync(self._exchanges, request, conversation)
        at = _turn(index)
        text = said[at].reply.question if at < len(said) else ""
        before = said[:at]
        return text, before[-1].id if before else ""


def _turn(index: Any) -> int:  # noqa: ANN401 (a number, or several)
    """Return the exchange that a message belongs to: each has a question and an answer."""
    return int(index[0] if isinstance(index, list | tuple) else index) // 2
