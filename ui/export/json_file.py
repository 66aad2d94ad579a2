"""A conversation as JSON, for programs: the replies whole.

Its JSON Schema is docs/conversation.schema.json, printed by `python -m ui.export.json_file`.
"""

import json
import sys
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from rag.reply import Reply
from ui.export.record import Record
from ui.store.records import Asked, Exchange

VERSION: Literal[1] = 1


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, from_attributes=True)


class FiltersFile(_Model):
    """Which articles counted; dates are ISO days and include their day."""

    as_of: str | None
    since: str | None
    until: str | None
    outlets: tuple[str, ...]
    kinds: tuple[str, ...]
    speakers: tuple[str, ...]
    articles: tuple[str, ...]


class AskedFile(_Model):
    """How a question was put; without `generator`, to the server's own."""

    filters: FiltersFile
    generator: str | None


class ExchangeFile(_Model):
    """A question and its reply; `asked_at` is ISO 8601 in UTC."""

    id: str
    asked_at: str
    permalink: str | None
    asked: AskedFile
    reply: Reply


class ConversationFile(_Model):
    """A conversation as it was on the day `accessed`; `version` is that of this format."""

    format: Literal["dateline-conversation"] = "dateline-conversation"
    version: Literal[1] = VERSION
    accessed: date
    id: str
    title: str
    created_at: str
    updated_at: str
    exchanges: tuple[ExchangeFile, ...]


def write(record: Record) -> str:
    """Return the file's text."""
    conversation = record.conversation
    file = ConversationFile(
        accessed=record.accessed,
        id=conversation.id,
        title=conversation.title,
        created_at=conversation.created_at,
        updated_at=conversation.updated_at,
        exchanges=tuple(_exchange(exchange, record) for exchange in record.exchanges),
    )
    return file.model_dump_json(indent=2) + "\n"


def _exchange(exchange: Exchange, record: Record) -> ExchangeFile:
    return ExchangeFile(
        id=exchange.id,
        asked_at=exchange.asked_at,
        permalink=record.permalink(exchange),
        asked=_asked(exchange.asked),
        reply=exchange.reply,
    )


def _asked(asked: Asked) -> AskedFile:
    return AskedFile.model_validate(asked)


def conversation_schema() -> str:
    """Return the JSON Schema of the file as it is published."""
    schema = ConversationFile.model_json_schema(mode="serialization")
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.stdout.write(conversation_schema())
