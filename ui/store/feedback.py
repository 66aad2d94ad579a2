"""What readers say of answers, as it is checked and kept."""

from typing import Any

from sqlalchemy import Connection, Row, delete, insert

from rag.errors import UsageError
from rag.reply import Reply
from ui.store import schema
from ui.store.records import VERDICTS, Feedback

LONGEST_COMMENT = 4000
"""Characters."""

WHOLE = 0
"""Stands in the table for no sentence, or no citation: to SQLite, no null is like another."""

_table = schema.feedback

COLUMNS = (
    _table.c.verdict,
    _table.c.sentence,
    _table.c.citation,
    _table.c.comment,
    _table.c.given_at,
)


def check(feedback: Feedback, reply: Reply) -> None:
    """Raise UsageError unless it can be said of that reply."""
    numbers = {citation.n for citation in (*reply.citations, *reply.nearest)}
    if feedback.verdict not in VERDICTS:
        known = ", ".join(VERDICTS)
        raise UsageError(f"The verdict cannot be {feedback.verdict!r}: it is one of {known}.")
    if feedback.sentence is not None and not 1 <= feedback.sentence <= len(reply.sentences):
        raise UsageError(
            f"The answer has no sentence {feedback.sentence}: it has {len(reply.sentences)}."
        )
    if feedback.citation is not None and feedback.citation not in numbers:
        raise UsageError(f"The answer has no citation {feedback.citation}. Name one that it has.")
    if len(feedback.comment) > LONGEST_COMMENT:
        raise UsageError(
            f"The comment has {len(feedback.comment)} characters; at most {LONGEST_COMMENT} are "
            "kept. Say it shorter."
        )


def keep(db: Connection, reader: str, exchange: int, feedback: Feedback, given_at: str) -> None:
    """Keep it of the exchange of that number, in place of the reader's word there before."""
    place = {
        "exchange": exchange,
        "reader": reader,
        "sentence": feedback.sentence or WHOLE,
        "citation": feedback.citation or WHOLE,
    }
    said = {"verdict": feedback.verdict, "comment": feedback.comment.strip(), "given_at": given_at}
    db.execute(delete(_table).filter_by(**place))
    db.execute(insert(_table).values(**place, **said))


def feedback_of(row: Row[Any]) -> Feedback:
    """Return the feedback in a row that has `COLUMNS` and the `id` of the exchange."""
    return Feedback(
        exchange=row.id,
        verdict=row.verdict,
        sentence=row.sentence or None,
        citation=row.citation or None,
        comment=row.comment,
        given_at=row.given_at,
    )
