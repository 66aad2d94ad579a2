"""Conversations and exchanges between the tables and the records."""

import logging
from collections.abc import Iterable, Iterator
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, Row, Select, Table, delete, insert, select, update

from rag.errors import LibraryMismatch, NotInLibrary
from ui.store import schema, search
from ui.store.content import Content
from ui.store.records import Conversation, Exchange

log = logging.getLogger(__name__)

AnyRow = Row[Any]

EXCHANGES: Select[Any] = select(
    schema.exchanges.c.number,
    schema.exchanges.c.id,
    schema.exchanges.c.asked_at,
    schema.exchanges.c.content,
    schema.conversations.c.id.label("conversation"),
    schema.conversations.c.number.label("within"),
).join(schema.conversations)
"""Exchanges of every reader's; narrowed by whoever asks."""


def find_conversation(db: Connection, reader: str, conversation: str) -> AnyRow | None:
    """Return the row of one of a reader's conversations."""
    table = schema.conversations
    wanted = select(table).where(table.c.id == conversation, table.c.reader == reader)
    return db.execute(wanted).one_or_none()


def find_exchange(db: Connection, exchange: str) -> AnyRow | None:
    """Return the row of an exchange, whoever's it is."""
    return db.execute(EXCHANGES.where(schema.exchanges.c.id == exchange)).one_or_none()


def conversation_of(row: AnyRow) -> Conversation:
    """Return the conversation in a row."""
    return Conversation(row.id, row.title, row.created_at, row.updated_at)


def exchange_of(row: AnyRow) -> Exchange:
    """Return the exchange in a row; raises LibraryMismatch if this version cannot read it."""
    try:
        content = Content.model_validate_json(row.content)
    except ValidationError as error:
        raise LibraryMismatch(
            f"The answer {row.id!r} was kept by another version of Dateline, and this one cannot "
            "read it. Update Dateline: pip install --upgrade dateline"
        ) from error
    return Exchange(row.id, row.conversation, row.asked_at, content.asked, content.reply)


def readable(rows: Iterable[AnyRow]) -> Iterator[tuple[AnyRow, Exchange]]:
    """Yield the rows that this version can read, each with its exchange."""
    unreadable = 0
    for row in rows:
        try:
            yield row, exchange_of(row)
        except LibraryMismatch:
            unreadable += 1
    if unreadable:
        log.warning("answers that another version of Dateline kept are left out: %d", unreadable)


def add_conversation(db: Connection, reader: str, conversation: Conversation) -> None:
    """Keep a new conversation."""
    values = {
        "id": conversation.id,
        "reader": reader,
        "title": conversation.title,
        "created_at": conversation.created_at,
        "updated_at": conversation.updated_at,
    }
    number = _insert(db, schema.conversations, values)
    search.keep_title(db, number, conversation.title)


def add_exchange(db: Connection, within: int, exchange: Exchange) -> None:
    """Append an exchange to the conversation of that number."""
    reply = exchange.reply
    values = {
        "id": exchange.id,
        "conversation": within,
        "asked_at": exchange.asked_at,
        "content": Content(asked=exchange.asked, reply=reply).to_json(),
        "generator": reply.generator,
        "seconds": reply.timings_ms.total / 1000 if reply.status == "answered" else None,
    }
    number = _insert(db, schema.exchanges, values)
    search.keep_exchange(db, number, reply.question, reply.answer)
    table = schema.conversations
    later = update(table).where(table.c.number == within).values(updated_at=exchange.asked_at)
    db.execute(later)


def drop_after(db: Connection, within: int, exchange: str) -> None:
    """Drop what follows an exchange in the conversation of that number, all after "".

    Raises NotInLibrary if the exchange is not there.
    """
    table, number = schema.exchanges, 0
    if exchange:
        row = find_exchange(db, exchange)
        if row is None or row.within != within:
            raise NotInLibrary(
                f"The answer {exchange!r} is no longer in this conversation. Open the "
                "conversation again, then ask."
            )
        number = row.number
    db.execute(delete(table).where(table.c.conversation == within, table.c.number > number))


def _insert(db: Connection, table: Table, values: dict[str, Any]) -> int:
    number: int = db.execute(insert(table).values(values).returning(table.c.number)).scalar_one()
    return number
