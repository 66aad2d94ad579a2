"""An answer written as a chat completion, whole or piece by piece."""

import time
import uuid
from collections.abc import Iterator

from rag.asked import DoneEvent, Event, SentenceEvent
from rag.compose import answer_text
from rag.reply import Reply
from ui.service.completion_bodies import Choice, Chunk, Completion, Piece, TokenUsage, Written
from ui.service.completion_text import inert, sources_text


class Writing:
    """One completion, under the name of the model that was asked for."""

    def __init__(self, model: str, *, with_usage: bool = False) -> None:
        """Begin; a stream ends with its tokens if `with_usage`."""
        self._id = f"chatcmpl-{uuid.uuid4().hex}"
        self._created = int(time.time())
        self._model = model
        self._with_usage = with_usage
        self._written = ""

    def whole(self, reply: Reply) -> Completion:
        """Return the whole completion."""
        return Completion(
            id=self._id,
            created=self._created,
            model=self._model,
            choices=[Choice(message=Written(content=inert(reply.answer) + sources_text(reply)))],
            usage=_usage(reply),
            dateline=reply,
        )

    def chunks(self, event: Event) -> Iterator[Chunk]:
        """Yield what an event adds."""
        if isinstance(event, DoneEvent):
            yield from self._end(event.reply)
        elif not isinstance(event, SentenceEvent):
            yield self._chunk(Piece(delta={"role": "assistant", "content": ""}))
        elif event.is_shown:
            text = answer_text([event.sentence])
            yield self._more(f" {text}" if self._written else text)

    def _end(self, reply: Reply) -> Iterator[Chunk]:
        if reply.answer.startswith(self._written):  # nothing of an abstention was streamed
            yield self._more(reply.answer.removeprefix(self._written))
        yield self._chunk(Piece(delta={"content": sources_text(reply)}))
        yield self._chunk(Piece(delta={}, finish_reason="stop"), dateline=reply)
        if self._with_usage:
            yield self._chunk(usage=_usage(reply))

    def _more(self, text: str) -> Chunk:
        self._written += text
        return self._chunk(Piece(delta={"content": inert(text)}))

    def _chunk(
        self, *pieces: Piece, usage: TokenUsage | None = None, dateline: Reply | None = None
    ) -> Chunk:
        return Chunk(
            id=self._id,
            created=self._created,
            model=self._model,
            choices=list(pieces),
            usage=usage,
            dateline=dateline,
        )


def _usage(reply: Reply) -> TokenUsage:
    read, written = reply.usage.prompt_tokens, reply.usage.completion_tokens
    return TokenUsage(prompt_tokens=read, completion_tokens=written, total_tokens=read + written)
