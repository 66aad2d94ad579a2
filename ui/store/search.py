"""Words of titles, questions and answers, as they are kept and looked for."""

import re
import unicodedata
from collections.abc import Sequence

from sqlalchemy import (
    ColumnElement,
    Connection,
    Insert,
    column,
    delete,
    insert,
    literal_column,
    select,
    table,
    union_all,
)

from ui.store.schema import conversations, exchanges

MOST_WORDS = 32
"""Words of one search; those beyond are not looked for."""

_WORD = re.compile(r"[^\W_]+")
_MARKER = re.compile(r"\[[0-9]+\]")
_LETTERS = str.maketrans({"ك": "ک", "ي": "ی", "ى": "ی", "ة": "ه", "ـ": None})
_UNWRITTEN = {"Mn", "Cf"}
"""Accents, vowel points and joiners: typed by some, left out by others."""

_title_words = table("title_words", column("rowid"), column("words"))
_exchange_words = table("exchange_words", column("rowid"), column("words"))


def words_of(text: str) -> list[str]:
    """Return the words of a text in the one form in which they are compared.

    Letter case, accents, vowel points, Arabic and Persian forms of one letter, and the script of
    digits make no difference.
    """
    if not text.isascii():
        text = "".join(map(_plain, unicodedata.normalize("NFKD", text))).translate(_LETTERS)
    return _WORD.findall(text.casefold())


def keep_title(db: Connection, conversation: int, title: str) -> None:
    """Keep the words of a title in place of those of the one before."""
    db.execute(delete(_title_words).where(_title_words.c.rowid == conversation))
    db.execute(_words(insert(_title_words), conversation, title))


def keep_exchange(db: Connection, exchange: int, question: str, answer: str) -> None:
    """Keep the words of a question and its answer, less the numbers of the citations."""
    said = f"{question}\n{_MARKER.sub(' ', answer)}"
    db.execute(_words(insert(_exchange_words), exchange, said))


def having(words: str) -> Sequence[ColumnElement[bool]]:
    """Return what is true of the conversations that have every word, each in any of their texts.

    The last word may be the beginning of one.
    """
    wanted = words_of(words)
    matches = [f'"{word}"' for word in wanted]
    if matches:
        matches[-1] += "*"
    return [_has(match) for match in dict.fromkeys(matches[:MOST_WORDS])]


def _plain(letter: str) -> str:
    if unicodedata.category(letter) in _UNWRITTEN:
        return ""
    digit = unicodedata.decimal(letter, None)
    return letter if digit is None else str(digit)


def _words(statement: Insert, row: int, text: str) -> Insert:
    return statement.values(rowid=row, words=" ".join(words_of(text)))


def _has(match: str) -> ColumnElement[bool]:
    in_title = select(_title_words.c.rowid).where(
        literal_column("title_words").op("MATCH")(match)  # FTS5: any column of the table
    )
    in_exchange = (
        select(exchanges.c.conversation)
        .join(_exchange_words, _exchange_words.c.rowid == exchanges.c.number)
        .where(literal_column("exchange_words").op("MATCH")(match))
    )
    return conversations.c.number.in_(union_all(in_title, in_exchange))
