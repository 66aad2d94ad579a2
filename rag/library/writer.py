"""Writing the catalogue. Every function here runs inside one transaction of its caller's."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Connection, RowMapping, func, insert, select, text, update
from sqlalchemy.dialects.sqlite import insert as upsert

from rag.analysis import terms
from rag.errors import NotInLibrary
from rag.library.catalogue import get_meta
from rag.library.records import Article, Passage
from rag.library.schema import articles, meta, paragraphs, passages, versions
from rag.models.embedder import Encoded, Input

INT8 = 127

REBUILD_ROWS = 1000
"""Passages held in memory while the full text is filled again."""


@dataclass(frozen=True, slots=True)
class PassageVectors:
    """The stored form of what the embedding model gave for a passage."""

    vector: bytes
    sentences: bytes

    @classmethod
    def of(cls, encoded: Encoded) -> "PassageVectors":
        """Pack a passage's vector as float16 and its sentences' as int8."""
        rounded = np.rint(encoded.spans * INT8).astype(np.int8)
        return cls(encoded.vector.astype(np.float16).tobytes(), rounded.tobytes())


def embedding_input(article: Article, passage: Passage) -> Input:
    """Return what is embedded for a passage: header, line break, text; and its sentences."""
    shift = len(passage.header) + 1 - passage.start
    spans = tuple((s.start + shift, s.end + shift) for s in passage.sentences)
    return Input(f"{passage.header}\n{article.text[passage.start : passage.end]}", spans)


def digest_of(given: Input) -> bytes:
    """Return the name of an embedding input, by which its vectors are found again."""
    return hashlib.sha256(repr((given.text, given.spans)).encode("utf-8")).digest()[:16]


def put_meta(db: Connection, name: str, value: object) -> None:
    """Set a value of the library's own notes."""
    statement = upsert(meta).values(name=name, value=value)
    db.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def bump_revision(db: Connection) -> None:
    """Give the library's state a new name, so that readers look again."""
    put_meta(db, "revision", int(get_meta(db, "revision") or 0) + 1)


def known_vectors(db: Connection, digests: Iterable[bytes]) -> dict[bytes, PassageVectors]:
    """Return the vectors that the library already has, by what was embedded."""
    wanted = list(digests)
    found: dict[bytes, PassageVectors] = {}
    for first in range(0, len(wanted), 500):
        rows = db.execute(
            select(passages.c.digest, passages.c.vector, passages.c.sentence_vectors).where(
                passages.c.digest.in_(wanted[first : first + 500])
            )
        )
        found |= {digest: PassageVectors(v, s) for digest, v, s in rows}
    return found


def _retire(db: Connection, article_row: int) -> None:
    """Take the article's passages out of the search; they stay readable."""
    old = (
        db.execute(
            select(passages.c.id)
            .join(versions, versions.c.id == passages.c.version)
            .where(versions.c.article == article_row, passages.c.active == 1)
        )
        .scalars()
        .all()
    )
    if old:
        db.execute(update(passages).where(passages.c.id.in_(old)).values(active=0))
        db.execute(text("DELETE FROM full_text WHERE rowid = :id"), [{"id": i} for i in old])


def _put_full_text(db: Connection, rows: Sequence[Mapping[str, object]]) -> None:
    if rows:
        db.execute(
            text("INSERT INTO full_text(rowid, body, header) VALUES (:id, :body, :header)"), rows
        )


def put_article(db: Connection, article: Article, stored: Sequence[PassageVectors]) -> int:
    """Store an article, new or as a new version, and return the version's number.

    `stored` has one entry for each passage. The older versions stay, but are searched no more.
    """
    row = db.execute(select(articles.c.id).where(articles.c.key == article.key)).scalar()
    if row is None:
        number = 1
        name = _free_id(db, article.article_id)
        row = db.execute(
            insert(articles)
            .values(article_id=name, key=article.key, root=article.root, current=number)
            .returning(articles.c.id)
        ).scalar_one()
    else:
        _retire(db, row)
        latest = select(func.max(versions.c.number)).where(versions.c.article == row)
        number = int(db.execute(latest).scalar_one()) + 1
    signature = None if article.shingles is None else article.shingles.tobytes()
    db.execute(
        update(articles)
        .where(articles.c.id == row)
        .values(current=number, root=article.root, shingles=signature, removed_at=None)
    )
    version = _put_version(db, row, number, article)
    _put_passages(db, version, article, stored)
    bump_revision(db)
    return number


def _free_id(db: Connection, wanted: str) -> str:
    """Return the id, with a number behind it if another article already has it."""
    taken = set(
        db.execute(
            select(articles.c.article_id).where(articles.c.article_id.startswith(wanted))
        ).scalars()
    )
    names = (wanted if n == 1 else f"{wanted}-{n}" for n in range(1, len(taken) + 2))
    return next(name for name in names if name not in taken)


def _put_version(db: Connection, row: int, number: int, article: Article) -> int:
    same = ("sha256", "source", "title", "author", "outlet", "kind", "url", "language",
            "published", "text")  # fmt: skip
    version: int = db.execute(
        insert(versions)
        .values(
            article=row,
            number=number,
            added_at=datetime.now(UTC).isoformat(timespec="seconds"),
            extra=dict(article.extra),
            found=dict(article.found),
            **{name: getattr(article, name) for name in same},
        )
        .returning(versions.c.id)
    ).scalar_one()
    if article.paragraphs:
        db.execute(
            insert(paragraphs),
            [
                {"version": version, "number": p.number, "start": p.start, "end": p.end,
                 "speaker": p.speaker}
                for p in article.paragraphs
            ],
        )  # fmt: skip
    return version


def _put_passages(
    db: Connection, version: int, article: Article, stored: Sequence[PassageVectors]
) -> None:
    first = int(db.execute(select(func.coalesce(func.max(passages.c.id), 0))).scalar_one()) + 1
    floor = int(get_meta(db, "last_passage") or 0) + 1
    numbers = range(max(first, floor), max(first, floor) + len(article.passages))
    rows, full_text = [], []
    for ordinal, (number, passage, vectors) in enumerate(
        zip(numbers, article.passages, stored, strict=True)
    ):
        given = embedding_input(article, passage)
        table = np.array([(s.paragraph, s.start, s.end) for s in passage.sentences], np.int32)
        rows.append(
            {"id": number, "version": version, "ordinal": ordinal, "start": passage.start,
             "end": passage.end, "first": passage.first, "last": passage.last,
             "header": passage.header, "digest": digest_of(given), "active": 1,
             "vector": vectors.vector, "sentences": table.tobytes(),
             "sentence_vectors": vectors.sentences}
        )  # fmt: skip
        body = article.text[passage.start : passage.end]
        full_text.append(_full_text_row(number, body, passage.header))
    if rows:
        db.execute(insert(passages), rows)
        put_meta(db, "last_passage", numbers[-1])
    _put_full_text(db, full_text)


def _full_text_row(number: int, body: str, header: str) -> dict[str, object]:
    return {"id": number, "body": " ".join(terms(body)), "header": " ".join(terms(header))}


def _article_row(db: Connection, article_id: str) -> RowMapping:
    query = select(articles.c.id, articles.c.current, articles.c.removed_at)
    row = db.execute(query.where(articles.c.article_id == article_id)).mappings().one_or_none()
    if row is None:
        raise NotInLibrary(f"There is no article {article_id!r} in the library; see: dateline list")
    return row


def remove_article(db: Connection, article_id: str) -> None:
    """Take an article out of the search; its versions stay readable by their number."""
    row = _article_row(db, article_id)
    if row["removed_at"] is not None:
        return
    _retire(db, row["id"])
    now = datetime.now(UTC).isoformat(timespec="seconds")
    db.execute(update(articles).where(articles.c.id == row["id"]).values(removed_at=now))
    bump_revision(db)


def restore_article(db: Connection, article_id: str) -> None:
    """Search a removed article's current version again."""
    row = _article_row(db, article_id)
    if row["removed_at"] is None:
        return
    found = db.execute(
        select(passages.c.id, _body(), passages.c.header)
        .join(versions, versions.c.id == passages.c.version)
        .where(versions.c.article == row["id"], versions.c.number == row["current"])
    ).all()
    numbers = [p.id for p in found]
    db.execute(update(passages).where(passages.c.id.in_(numbers)).values(active=1))
    # A reader's vector index may have dropped them: see them as new.
    _put_full_text(db, [_full_text_row(*passage) for passage in found])
    db.execute(update(articles).where(articles.c.id == row["id"]).values(removed_at=None))
    put_meta(db, "restored", sorted({*(get_meta(db, "restored") or ()), *numbers}))
    bump_revision(db)


def set_story(db: Connection, article_id: str, story: int | None) -> None:
    """Link an article to the story that it is a copy of (the row of the story's first article).

    The first article is linked to itself, so that the copies fold into it as it does into them.
    """
    db.execute(update(articles).where(articles.c.article_id == article_id).values(story=story))
    if story is not None:
        db.execute(update(articles).where(articles.c.id == story).values(story=story))


def signatures(db: Connection) -> list[tuple[int, str, int | None, NDArray[np.uint32]]]:
    """Return (row, article id, story, MinHash signature) of every article that has one."""
    rows = db.execute(
        select(articles.c.id, articles.c.article_id, articles.c.story, articles.c.shingles).where(
            articles.c.shingles.is_not(None), articles.c.removed_at.is_(None)
        )
    )
    return [(i, name, story, np.frombuffer(s, np.uint32)) for i, name, story, s in rows]


def _body() -> ColumnElement[str]:
    """The text of a passage, cut out by the database: a whole version for each fills the memory."""
    return func.substr(versions.c.text, passages.c.start + 1, passages.c.end - passages.c.start)


def rebuild_full_text(db: Connection) -> int:
    """Fill the full-text index from the passages again; return how many it holds."""
    db.execute(text("DELETE FROM full_text"))
    found = db.execute(
        select(passages.c.id, _body(), passages.c.header)
        .join(versions, versions.c.id == passages.c.version)
        .where(passages.c.active == 1)
        .execution_options(yield_per=REBUILD_ROWS)
    )
    count = 0
    for part in found.partitions():
        _put_full_text(db, [_full_text_row(*passage) for passage in part])
        count += len(part)
    return count
