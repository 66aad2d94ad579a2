"""The store of one server: an SQLite file beside the library's catalogue."""

import secrets
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import delete, select, update

from rag.errors import NotInLibrary
from rag.reply import Reply
from ui.store import feedback as said
from ui.store import rows, schema, search, sessions
from ui.store.clock import Clock, moment, utc_now
from ui.store.content import Content
from ui.store.database import Database
from ui.store.records import Asked, Conversation, Exchange, Feedback
from ui.store.titles import title_of

FILE = "conversations.db"

TIMED = 100
"""Answers of a generator from which its time is told."""

ID_BYTES = 16
"""Of the random name of a conversation or an answer; who knows an answer's may read it."""


class Store:
    """Conversations, answers and feedback; used from any number of threads.

    Every method commits before it returns. A reader sees nothing of another's: what belongs to
    somebody else is, for them, not there. Every method may raise LibraryError for the file:
    LibraryLocked, LibraryReadOnly, LibraryDamaged, DiskFull.
    """

    def __init__(self, database: Database, clock: Clock = utc_now) -> None:
        """Keep everything in a file; see `open_store`."""
        self._database = database
        self._clock = clock

    def conversations(self, reader: str, words: str = "") -> Sequence[Conversation]:
        """Return a reader's conversations, the latest first; with `words`, those that have all.

        The words are looked for in titles, questions and answers; the last may be the beginning
        of one.
        """
        table = schema.conversations
        wanted = (
            select(table)
            .where(table.c.reader == reader, *search.having(words))
            .order_by(table.c.updated_at.desc(), table.c.number.desc())
        )
        with self._database.reading() as db:
            return tuple(map(rows.conversation_of, db.execute(wanted)))

    def conversation(self, reader: str, conversation: str) -> Conversation | None:
        """Return one of a reader's conversations."""
        with self._database.reading() as db:
            row = rows.find_conversation(db, reader, conversation)
        return None if row is None else rows.conversation_of(row)

    def begin(self, reader: str, title: str) -> Conversation:
        """Begin a conversation; a long title is cut, an empty one replaced."""
        now = self._now()
        begun = Conversation(_random_id(), title_of(title), created_at=now, updated_at=now)
        with self._database.writing() as db:
            rows.add_conversation(db, reader, begun)
        return begun

    def rename(self, reader: str, conversation: str, title: str) -> bool:
        """Give a conversation another title; return whether it was there."""
        table, title = schema.conversations, title_of(title)
        with self._database.writing() as db:
            row = rows.find_conversation(db, reader, conversation)
            if row is None:
                return False
            db.execute(update(table).where(table.c.number == row.number).values(title=title))
            search.keep_title(db, row.number, title)
        return True

    def delete(self, reader: str, conversation: str) -> bool:
        """Delete a conversation with all that was said in it; return whether it was there."""
        table = schema.conversations
        theirs = delete(table).where(table.c.id == conversation, table.c.reader == reader)
        with self._database.writing() as db:
            return db.execute(theirs).rowcount > 0

    def exchanges(self, reader: str, conversation: str) -> Sequence[Exchange]:
        """Return what was asked and answered in a conversation, in order.

        What a newer Dateline wrote in a way that this one cannot read is left out.
        """
        table = schema.conversations
        theirs = rows.EXCHANGES.where(table.c.id == conversation, table.c.reader == reader)
        with self._database.reading() as db:
            found = db.execute(theirs.order_by(schema.exchanges.c.number)).all()
        return tuple(exchange for _, exchange in rows.readable(found))

    def put(
        self,
        reader: str,
        conversation: str,
        asked: Asked,
        reply: Reply,
        *,
        after: str | None = None,
    ) -> Exchange:
        """Append an answer; with `after`, first drop what follows that exchange ("" drops all).

        Raises NotInLibrary if the conversation, or the exchange `after` in it, is not there.
        """
        content = Content.model_validate_json(Content(asked=asked, reply=reply).to_json())
        now, name = self._now(), _random_id()
        exchange = Exchange(name, conversation, now, content.asked, content.reply)
        with self._database.writing() as db:
            row = rows.find_conversation(db, reader, conversation)
            if row is None:
                raise NotInLibrary(
                    f"There is no conversation {conversation!r}. Begin another, then ask again."
                )
            if after is not None:
                rows.drop_after(db, row.number, after)
            rows.add_exchange(db, row.number, exchange)
        return exchange

    def drop_from(self, reader: str, exchange: str) -> None:
        """Drop an exchange and those after it: undo. One that is not there is left at that."""
        table = schema.exchanges
        mine = schema.conversations.c.reader == reader
        with self._database.writing() as db:
            row = db.execute(rows.EXCHANGES.where(table.c.id == exchange, mine)).one_or_none()
            if row is not None:
                of_it = table.c.conversation == row.within
                db.execute(delete(table).where(of_it, table.c.number >= row.number))

    def answer(self, exchange: str) -> Exchange | None:
        """Return an answer by its permalink, whoever asks: the id is the key.

        Raises LibraryMismatch if a newer Dateline wrote it in a way that this one cannot read.
        """
        with self._database.reading() as db:
            row = rows.find_exchange(db, exchange)
        return None if row is None else rows.exchange_of(row)

    def say(self, reader: str, feedback: Feedback) -> None:
        """Keep what a reader says of an answer, as said now.

        Raises NotInLibrary if there is no such answer, and UsageError for a verdict, sentence or
        citation that there is not and for a comment that is too long.
        """
        with self._database.writing() as db:
            row = rows.find_exchange(db, feedback.exchange)
            if row is None:
                raise NotInLibrary(f"There is no answer {feedback.exchange!r} to speak of.")
            said.check(feedback, rows.exchange_of(row).reply)
            said.keep(db, reader, row.number, feedback, self._now())

    def take_back(self, reader: str, exchange: str) -> None:
        """Drop what a reader said of an answer."""
        table = schema.feedback
        of_it = select(schema.exchanges.c.number).where(schema.exchanges.c.id == exchange)
        theirs = delete(table).where(table.c.reader == reader, table.c.exchange.in_(of_it))
        with self._database.writing() as db:
            db.execute(theirs)

    def feedback(
        self, exchange: str | None = None, *, reader: str | None = None
    ) -> Sequence[tuple[Feedback, Exchange]]:
        """Return what readers said, the latest first, with the answers of which they said it.

        Of every answer or of one, by every reader or by one.
        """
        table = schema.feedback
        wanted = rows.EXCHANGES.add_columns(*said.COLUMNS).join(
            table, table.c.exchange == schema.exchanges.c.number
        )
        if exchange is not None:
            wanted = wanted.where(schema.exchanges.c.id == exchange)
        if reader is not None:
            wanted = wanted.where(table.c.reader == reader)
        with self._database.reading() as db:
            found = db.execute(wanted.order_by(table.c.number.desc())).all()
        return tuple((said.feedback_of(row), answer) for row, answer in rows.readable(found))

    def seconds(self, generator: str) -> Sequence[float]:
        """Return how long a generator's last hundred whole answers took here, in seconds.

        The latest comes first.
        """
        table = schema.exchanges
        wanted = (
            select(table.c.seconds)
            .where(table.c.generator == generator, table.c.seconds.is_not(None))
            .order_by(table.c.number.desc())
            .limit(TIMED)
        )
        with self._database.reading() as db:
            return tuple(db.execute(wanted).scalars())

    def sign_in(self, user: str) -> str:
        """Begin a session of 30 days and return its token, of which only the digest is kept."""
        with self._database.writing() as db:
            return sessions.begin(db, user, self._clock())

    def signed_in(self, token: str) -> str | None:
        """Return whose session a token is, None if it is over or never was."""
        with self._database.reading() as db:
            return sessions.user_of(db, token, self._clock())

    def sign_out(self, token: str) -> None:
        """End a session, if there is one."""
        with self._database.writing() as db:
            sessions.end(db, token)

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def _now(self) -> str:
        return moment(self._clock())


def open_store(path: Path, *, clock: Clock = utc_now) -> Store:
    """Open the store in a file, making it if there is none; raises LibraryError."""
    return Store(Database(path), clock)


def _random_id() -> str:
    return secrets.token_hex(ID_BYTES)
