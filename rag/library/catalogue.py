"""Reading the catalogue: articles, versions, paragraphs, passages, full text."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, RowMapping, Select, bindparam, exists, func, or_, select, text

from rag.errors import NotInLibrary
from rag.library.records import Paragraph
from rag.library.rows import Filters, Stats, StoredPassage, VersionInfo, VersionText
from rag.library.schema import articles, meta, paragraphs, passages, versions

HEADER_WEIGHT = 0.5
"""bm25 weight of the header (title, outlet, date, speaker) against 1 for the text."""

_SENTENCE_COLUMNS = 3  # paragraph, start, end


def get_meta(db: Connection, name: str) -> Any:  # noqa: ANN401 (JSON)
    """Return a value of the library's own notes, or None."""
    return db.execute(select(meta.c.value).where(meta.c.name == name)).scalar()


def stats(db: Connection) -> Stats:
    """Count the searched articles, their paragraphs and passages."""
    current = (
        select(versions.c.id)
        .join(articles, articles.c.id == versions.c.article)
        .where(versions.c.number == articles.c.current, articles.c.removed_at.is_(None))
    )
    count_articles = db.execute(select(func.count()).select_from(current.subquery())).scalar_one()
    count_paragraphs = db.execute(
        select(func.count()).select_from(paragraphs).where(paragraphs.c.version.in_(current))
    ).scalar_one()
    count_passages = db.execute(
        select(func.count()).select_from(passages).where(passages.c.active == 1)
    ).scalar_one()
    return Stats(count_articles, count_paragraphs, count_passages, revision(db))


def revision(db: Connection) -> str:
    """Return the name of the library's present state."""
    return f"{get_meta(db, 'library')}-{get_meta(db, 'revision')}"


def _info_query() -> Select[Any]:
    count = (
        select(func.count())
        .where(paragraphs.c.version == versions.c.id)
        .correlate(versions)
        .scalar_subquery()
    )
    wanted = [c for c in versions.c if c.name != "text"]
    return select(
        *wanted,
        articles.c.article_id,
        articles.c.key,
        articles.c.root,
        articles.c.current,
        articles.c.removed_at,
        articles.c.story,
        count.label("paragraph_count"),
    ).join(articles, articles.c.id == versions.c.article)


def _info(row: RowMapping) -> VersionInfo:
    return VersionInfo(
        row=row["id"],
        article_row=row["article"],
        article_id=row["article_id"],
        key=row["key"],
        root=row["root"],
        number=row["number"],
        current=row["number"] == row["current"],
        removed=row["removed_at"] is not None,
        paragraphs=row["paragraph_count"],
        **{
            name: row[name]
            for name in (
                "sha256", "source", "title", "author", "outlet", "kind", "url",
                "published", "added_at", "story", "extra", "found",
            )
        },
    )  # fmt: skip


def list_articles(db: Connection, *, removed: bool = False) -> list[VersionInfo]:
    """Return the current version of every article, newest publication first, undated last."""
    query = _info_query().where(versions.c.number == articles.c.current)
    if not removed:
        query = query.where(articles.c.removed_at.is_(None))
    query = query.order_by(versions.c.published.desc().nulls_last(), articles.c.article_id)
    return [_info(row) for row in db.execute(query).mappings()]


def find_article(db: Connection, reference: str) -> VersionInfo:
    """Return the current version of the article that an id, its beginning, path or URL names.

    Raises NotInLibrary if none or several do.
    """
    here = _info_query().where(versions.c.number == articles.c.current)
    exact = or_(
        articles.c.article_id == reference,
        articles.c.key == reference,
        versions.c.source == reference,
        versions.c.url == reference,
    )
    rows = db.execute(here.where(exact)).mappings().all()
    if not rows and reference:
        rows = (
            db.execute(here.where(articles.c.article_id.startswith(reference, autoescape=True)))
            .mappings()
            .all()
        )
    if len(rows) == 1:
        return _info(rows[0])
    if rows:
        names = ", ".join(row["article_id"] for row in rows[:3])
        raise NotInLibrary(
            f"{reference!r} names {len(rows)} articles ({names} …); give more of it."
        )
    raise NotInLibrary(f"There is no article {reference!r} in the library; see: dateline list")


def article_of_story(db: Connection, story: int) -> str | None:
    """Return the id of a story's first article."""
    return db.execute(select(articles.c.article_id).where(articles.c.id == story)).scalar()


def list_versions(db: Connection, article_id: str) -> list[VersionInfo]:
    """Return every version of an article, oldest first."""
    query = _info_query().where(articles.c.article_id == article_id).order_by(versions.c.number)
    return [_info(row) for row in db.execute(query).mappings()]


def read_version(db: Connection, article_id: str, number: int | None = None) -> VersionText:
    """Return a version with text and paragraphs; the current one if no number is given."""
    query = _info_query().add_columns(versions.c.text).where(articles.c.article_id == article_id)
    wanted = articles.c.current if number is None else number
    row = db.execute(query.where(versions.c.number == wanted)).mappings().one_or_none()
    if row is None:
        raise NotInLibrary(f"There is no version {number} of the article {article_id!r}.")
    columns = paragraphs.c
    found = db.execute(
        select(columns.number, columns.start, columns.end, columns.speaker)
        .where(columns.version == row["id"])
        .order_by(columns.number)
    )
    return VersionText(_info(row), row["text"], tuple(Paragraph(*p) for p in found))


def read_versions(db: Connection, rows: Iterable[int]) -> dict[int, VersionText]:
    """Return versions by their row numbers."""
    wanted = sorted(set(rows))
    query = _info_query().add_columns(versions.c.text).where(versions.c.id.in_(wanted))
    texts = {row["id"]: row for row in db.execute(query).mappings()}
    columns = paragraphs.c
    of: dict[int, list[Paragraph]] = {row: [] for row in texts}
    for version, *values in db.execute(
        select(columns.version, columns.number, columns.start, columns.end, columns.speaker)
        .where(columns.version.in_(wanted))
        .order_by(columns.version, columns.number)
    ):
        of[version].append(Paragraph(*values))
    return {n: VersionText(_info(row), row["text"], tuple(of[n])) for n, row in texts.items()}


def _conditions(filters: Filters) -> list[Any]:
    day = func.substr(versions.c.published, 1, 10)
    conditions: list[Any] = []
    if filters.as_of:
        conditions.append(day <= filters.as_of)
    if filters.since:
        conditions.append(day >= filters.since)
    if filters.until:
        conditions.append(day <= filters.until)
    if filters.outlets:
        conditions.append(func.lower(versions.c.outlet).in_([o.lower() for o in filters.outlets]))
    if filters.kinds:
        conditions.append(func.lower(versions.c.kind).in_([k.lower() for k in filters.kinds]))
    if filters.articles:
        conditions.append(articles.c.article_id.in_(filters.articles))
    if filters.speakers:
        says = [
            func.lower(paragraphs.c.speaker).contains(name.lower(), autoescape=True)
            for name in filters.speakers
        ]
        conditions.append(
            exists().where(
                paragraphs.c.version == passages.c.version,
                paragraphs.c.number.between(passages.c.first, passages.c.last),
                or_(*says),
            )
        )
    return conditions


def allowed(db: Connection, filters: Filters) -> NDArray[np.int64]:
    """Return the numbers of the active passages that pass the filters, ascending."""
    query = (
        select(passages.c.id)
        .join(versions, versions.c.id == passages.c.version)
        .join(articles, articles.c.id == versions.c.article)
        .where(passages.c.active == 1, *_conditions(filters))
        .order_by(passages.c.id)
    )
    return np.fromiter(db.execute(query).scalars(), dtype=np.int64)


def vectors(
    db: Connection, *, after: int = 0, ids: Sequence[int] | None = None
) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return numbers and vectors of active passages: those given, or all beyond `after`."""
    query = select(passages.c.id, passages.c.vector).where(
        passages.c.active == 1, passages.c.id > after
    )
    if ids is None:
        rows = db.execute(query.order_by(passages.c.id)).all()
    else:
        rows = []
        for first in range(0, len(ids), 10_000):
            part = [int(i) for i in ids[first : first + 10_000]]
            rows += db.execute(query.where(passages.c.id.in_(part))).all()
    if not rows:
        return np.zeros(0, np.int64), np.zeros((0, 0), np.float32)
    numbers = np.array([row[0] for row in rows], dtype=np.int64)
    joined = np.frombuffer(b"".join(row[1] for row in rows), dtype=np.float16)
    return numbers, joined.reshape(len(rows), -1).astype(np.float32)


def passage_count(db: Connection) -> int:
    """Return how many passages are searched."""
    query = text("SELECT count(*) FROM full_text_docsize")
    return int(db.execute(query).scalar_one())


def last_passage(db: Connection) -> int:
    """Return the highest passage number ever given."""
    return int(get_meta(db, "last_passage") or 0)


def changes_since(
    db: Connection, through: int
) -> tuple[NDArray[np.int64], NDArray[np.float32], list[int]]:
    """Return what an index that ends at passage `through` lacks, and what it holds too much.

    That is: numbers and vectors of the active passages beyond it or restored since, and the
    numbers of those that have been retired.
    """
    numbers, values = vectors(db, after=through)
    restored = [n for n in get_meta(db, "restored") or () if n <= through]
    more, more_values = vectors(db, ids=restored)
    if len(more):
        values = np.vstack([values, more_values]) if len(numbers) else more_values
        numbers = np.concatenate([numbers, more])
    retired = select(passages.c.id).where(passages.c.active == 0, passages.c.id <= through)
    return numbers, values, list(db.execute(retired).scalars())


def count_changes(db: Connection, through: int, held: int) -> int:
    """Return how many passages `changes_since` would add to an index that holds so many, or drop.

    Those that it has dropped already are not counted again.
    """
    restored = [n for n in get_meta(db, "restored") or () if n <= through]
    again = len(restored) - len(inactive(db, restored))
    searched = select(func.count()).where(passages.c.active == 1)
    within = db.execute(searched.where(passages.c.id <= through)).scalar_one()
    beyond = db.execute(searched.where(passages.c.id > through)).scalar_one()
    return int(beyond) + again + max(0, held - (int(within) - again))


def inactive(db: Connection, ids: Sequence[int]) -> set[int]:
    """Return those of the passages that are no longer searched."""
    rows = db.execute(
        select(passages.c.id).where(
            passages.c.id.in_([int(i) for i in ids]), passages.c.active == 1
        )
    ).scalars()
    return {int(i) for i in ids} - set(rows)


def lexical(
    db: Connection, match: str, *, limit: int, among: NDArray[np.int64] | None = None
) -> list[tuple[int, float]]:
    """Return (passage, bm25) of the best matches of an FTS5 expression, best first."""
    if not match:
        return []
    query = text(
        "SELECT rowid, -bm25(full_text, 1.0, :header) AS score FROM full_text "
        "WHERE full_text MATCH :match ORDER BY score DESC, rowid LIMIT :limit"
    )
    rows = db.execute(
        query,
        {"match": match, "header": HEADER_WEIGHT, "limit": limit if among is None else 1_000_000},
    )
    if among is None:
        return [(int(i), float(s)) for i, s in rows]
    inside = set(among.tolist())
    kept = ((int(i), float(s)) for i, s in rows if i in inside)
    return [hit for hit, _ in zip(kept, range(limit), strict=False)]


def document_counts(db: Connection, terms: Iterable[str]) -> dict[str, int]:
    """Return in how many passages each index term stands."""
    query = text("SELECT term, doc FROM term_counts WHERE term IN :terms").bindparams(
        bindparam("terms", expanding=True)
    )
    rows = db.execute(query, {"terms": list(terms)})
    return {str(term): int(count) for term, count in rows}


def load_passages(db: Connection, ids: Iterable[int]) -> dict[int, StoredPassage]:
    """Return passages by their numbers."""
    p, v = passages.c, versions.c
    query = (
        select(
            p.id, p.version, p.ordinal, p.start, p.end, p.first, p.last, p.header,
            p.vector, p.sentences, p.sentence_vectors,
            articles.c.article_id, v.number, v.title, v.outlet, v.kind, v.published,
            articles.c.story, v.extra,
        )
        .join(versions, v.id == p.version)
        .join(articles, articles.c.id == v.article)
        .where(p.id.in_([int(i) for i in ids]))
    )  # fmt: skip
    return {row.id: _stored(row._mapping) for row in db.execute(query)}


def _stored(row: RowMapping) -> StoredPassage:
    vector = np.frombuffer(row["vector"], dtype=np.float16).astype(np.float32)
    table = np.frombuffer(row["sentences"], dtype=np.int32).reshape(-1, _SENTENCE_COLUMNS)
    states = np.frombuffer(row["sentence_vectors"], dtype=np.int8).reshape(len(table), -1)
    return StoredPassage(
        vector=vector,
        sentence_table=table,
        sentence_vectors=states,
        version_number=row["number"],
        event_dates=tuple(str(day) for day in row["extra"].get("event_dates") or ()),
        **{
            name: row[name]
            for name in (
                "id", "version", "ordinal", "start", "end", "first", "last", "header",
                "article_id", "title", "outlet", "kind", "published", "story",
            )
        },
    )  # fmt: skip


def names_in_use(db: Connection, column: str) -> list[str]:
    """Return every outlet, kind or speaker of the searched articles, sorted."""
    if column == "speaker":
        query: Select[Any] = select(paragraphs.c.speaker).distinct()
    else:
        query = select(versions.c[column]).distinct()
    return sorted(name for name in db.execute(query).scalars() if name)
