"""What is told while answering, as server-sent events."""

import json
import logging
from typing import Any

from pydantic import BaseModel

from rag.asked import DoneEvent, Event, SourcesEvent
from rag.errors import DatelineError
from rag.reply import Citation, Sentence
from ui.service.errors import ErrorBody, said

log = logging.getLogger(__name__)

EXAMPLE = """\
event: sources
data: {"question": "the question as it was understood", "citations": []}

event: sentence
data: {"sentence": {}, "citations": []}

event: done
data: {}

"""


class SourcesSent(BaseModel):
    """`sources`: how the question was understood, and what is being read."""

    question: str
    citations: list[Citation]


class SentenceSent(BaseModel):
    """`sentence`: one checked sentence, and those of its citations that are new."""

    sentence: Sentence
    citations: list[Citation]


def as_sent(event: Event, kept: str | None = None) -> dict[str, Any]:
    """Return an event for sse-starlette; the data of `done` is the whole reply.

    `kept` is the id of the stored answer, given as the id of the event.
    """
    if isinstance(event, DoneEvent):
        sent = {"event": "done", "data": event.reply.model_dump_json()}
        return sent | ({"id": kept} if kept else {})
    if isinstance(event, SourcesEvent):
        sources = SourcesSent(question=event.question, citations=list(event.citations))
        return {"event": "sources", "data": sources.model_dump_json()}
    sentence = SentenceSent(sentence=event.sentence, citations=list(event.citations))
    return {"event": "sentence", "data": sentence.model_dump_json()}


def failure(error: Exception) -> dict[str, Any]:
    """Return `error`, with the body that the error would have had; log what is none of ours."""
    if not isinstance(error, DatelineError):
        log.error("an answer broke off", exc_info=error)
    return {"event": "error", "data": json.dumps(ErrorBody(error=said(error)).model_dump())}
