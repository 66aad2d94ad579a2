"""Tables of the store's file."""

import re
from typing import TYPE_CHECKING

from sqlalchemy import (
    Column,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

VERSION = 1
"""Counts up when a table changes in a way that an older Dateline cannot read."""

_UNFIT = re.compile("[\0\ud800-\udfff]")


def fit(text: str) -> str:
    """Return the text with U+FFFD for NUL and lone surrogates, which a database does not keep."""
    return _UNFIT.sub("\ufffd", text)


if TYPE_CHECKING:
    _Decorator = TypeDecorator[str]
else:
    _Decorator = TypeDecorator


class FitText(_Decorator):
    """Text of any kind, made fit on its way into the database and into comparisons."""

    impl = Text
    cache_ok = True

    def process_bind_param(
        self,
        value: str | None,
        dialect: Dialect,  # noqa: ARG002 (given by SQLAlchemy)
    ) -> str | None:
        """Make a text fit."""
        return None if value is None else fit(value)


metadata = MetaData()

conversations = Table(
    "conversations",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("id", FitText, nullable=False, unique=True),
    Column("reader", FitText, nullable=False),
    Column("title", FitText, nullable=False),
    Column("created_at", FitText, nullable=False),
    Column("updated_at", FitText, nullable=False),
    Index("conversations_of_reader", "reader", "updated_at"),
    sqlite_autoincrement=True,
)

exchanges = Table(
    "exchanges",
    metadata,
    Column("number", Integer, primary_key=True),  # counts up: the order of a conversation
    Column("id", FitText, nullable=False, unique=True),
    Column("conversation", ForeignKey("conversations.number", ondelete="CASCADE"), nullable=False),
    Column("asked_at", FitText, nullable=False),
    Column("content", FitText, nullable=False),  # JSON, see ui.store.content
    Column("generator", FitText, nullable=False),
    Column("seconds", Float),  # of a whole answer alone
    Index("exchanges_of_conversation", "conversation", "number"),
    Index("exchanges_by_generator", "generator", "number"),
    sqlite_autoincrement=True,
)

feedback = Table(
    "feedback",
    metadata,
    Column("number", Integer, primary_key=True),  # counts up: the newest word is the highest
    Column("exchange", ForeignKey("exchanges.number", ondelete="CASCADE"), nullable=False),
    Column("reader", FitText, nullable=False),
    Column("sentence", Integer, nullable=False),  # 0: the answer as a whole
    Column("citation", Integer, nullable=False),  # 0: none
    Column("verdict", FitText, nullable=False),
    Column("comment", FitText, nullable=False),
    Column("given_at", FitText, nullable=False),
    UniqueConstraint("exchange", "reader", "sentence", "citation"),
    sqlite_autoincrement=True,
)

sessions = Table(
    "sessions",
    metadata,
    Column("token_sha256", FitText, primary_key=True),
    Column("user", FitText, nullable=False),
    Column("expires_at", FitText, nullable=False),
)

FULL_TEXT = (
    # The words come folded and parted by spaces (ui.store.search): this tokenizer parts them there
    # and nowhere else. The first letters of a word that is being typed have an index of their own.
    "CREATE VIRTUAL TABLE title_words USING fts5(words, tokenize='ascii', prefix='1 2 3')",
    "CREATE VIRTUAL TABLE exchange_words USING fts5(words, tokenize='ascii', prefix='1 2 3')",
    "CREATE TRIGGER forget_title AFTER DELETE ON conversations BEGIN "
    "DELETE FROM title_words WHERE rowid = old.number; END",
    "CREATE TRIGGER forget_exchange AFTER DELETE ON exchanges BEGIN "
    "DELETE FROM exchange_words WHERE rowid = old.number; END",
)
"""The words of titles, and of questions with their answers, under the number of their row."""
