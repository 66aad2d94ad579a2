"""Whether the catalogue holds together: what a check of each part finds wrong, in words."""

import hashlib
from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, func, select, text

from rag.library.schema import articles, paragraphs, passages, versions

MOST = 20
"""Faults of one kind that are told; a wholly broken catalogue need not be read to its end."""


def _told(rows: Iterator[str]) -> list[str]:
    return [row for row, _ in zip(rows, range(MOST), strict=False)]


def database_faults(db: Connection) -> list[str]:
    """Ask SQLite for broken pages, broken indexes and rows that point to nothing."""
    found = list(db.exec_driver_sql(f"PRAGMA quick_check({MOST})").scalars())
    faults = [] if found == ["ok"] else [str(row) for row in found]
    for table, row, parent, _ in db.exec_driver_sql("PRAGMA foreign_key_check"):
        faults.append(f"row {row} of {table} points to no row of {parent}")
    lost = select(func.count()).select_from(articles).where(
        ~select(versions.c.id)
        .where(versions.c.article == articles.c.id, versions.c.number == articles.c.current)
        .exists()
    )  # fmt: skip
    if count := db.execute(lost).scalar_one():
        faults.append(f"{count} articles have no current version")
    return faults[:MOST]


class _Range(NamedTuple):
    """Smallest start and largest end of what lies in a version, and rows that end first."""

    start: int
    end: int
    reversed: int
    rows: int
    highest: int


def _ranges(db: Connection) -> dict[str, dict[int, _Range]]:
    ranges: dict[str, dict[int, _Range]] = {}
    for name, table, number in (
        ("paragraph", paragraphs, paragraphs.c.number),
        ("passage", passages, passages.c.last),
    ):
        query = select(
            table.c.version,
            func.min(table.c.start),
            func.max(table.c.end),
            func.sum(table.c.start > table.c.end),
            func.count(),
            func.max(number),
        ).group_by(table.c.version)
        ranges[name] = {row[0]: _Range(*row[1:]) for row in db.execute(query)}
    return ranges


def text_faults(db: Connection) -> list[str]:
    """Compare each version's text with its digest, and what lies in it with its length."""
    return _told(_text_faults(db))


def _text_faults(db: Connection) -> Iterator[str]:
    ranges = _ranges(db)
    query = select(versions.c.id, versions.c.number, articles.c.article_id, versions.c.sha256,
                   versions.c.text).join(articles, articles.c.id == versions.c.article)  # fmt: skip
    for row, number, article_id, digest, body in db.execute(query):
        name = f"version {number} of {article_id!r}"
        if hashlib.sha256(body.encode("utf-8")).hexdigest() != digest:
            yield f"the text of {name} is not the one that was stored"
        for part, of in ranges.items():
            inside = of.get(row)
            if inside and (inside.start < 0 or inside.end > len(body) or inside.reversed):
                yield f"a {part} of {name} lies outside its text"
        whole = ranges["paragraph"].get(row)
        if whole is None or whole.highest != whole.rows:
            yield f"{name} lacks paragraphs"
        elif row in ranges["passage"] and ranges["passage"][row].highest > whole.highest:
            yield f"a passage of {name} names a paragraph that is not there"


def vector_faults(db: Connection) -> list[str]:
    """Compare the sizes of the stored vectors with each other."""
    size = func.length(passages.c.vector)
    sizes = list(db.execute(select(size, func.count()).group_by(size)))
    if len(sizes) > 1:
        return [f"stored vectors have {len(sizes)} different lengths"]
    # float16 vectors, int8 sentence vectors, three int32 for each sentence
    wrong = select(func.count()).where(
        func.length(passages.c.sentence_vectors) * 24
        != func.length(passages.c.sentences) * size
    )  # fmt: skip
    count = db.execute(wrong).scalar_one()
    return [f"{count} passages have sentences without vectors"] if count else []


def full_text_faults(db: Connection) -> list[str]:
    """Compare the full-text index with the passages that are searched, and with itself."""
    active = select(passages.c.id).where(passages.c.active == 1)
    wanted = set(db.execute(active).scalars())
    held = set(db.execute(text("SELECT rowid FROM full_text")).scalars())
    faults = []
    if lacking := len(wanted - held):
        faults.append(f"{lacking} passages are missing from it")
    if extra := len(held - wanted):
        faults.append(f"{extra} passages too many are in it")
    return faults


def check_full_text(db: Connection) -> None:
    """Let FTS5 compare its index with its content, in a transaction that may write.

    It is a command that writes nothing, in the form of an insertion; a database error says that
    they differ.
    """
    db.execute(text("INSERT INTO full_text(full_text) VALUES ('integrity-check')"))
