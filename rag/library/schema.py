"""Tables of the catalogue. The catalogue is the truth; everything else is made from it."""

from sqlalchemy import (
    JSON,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

VERSION = 1
"""Counts up when a table changes in a way that an older Dateline cannot read."""

metadata = MetaData()

meta = Table(
    "meta",
    metadata,
    Column("name", String, primary_key=True),
    Column("value", JSON, nullable=False),
)

articles = Table(
    "articles",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article_id", String, nullable=False, unique=True),
    Column("key", String, nullable=False, unique=True),
    Column("root", String, index=True),
    Column("story", Integer, index=True),  # id of the first article of the story
    Column("current", Integer, nullable=False),  # number of the version that is searched
    Column("shingles", LargeBinary),
    Column("removed_at", String),
)

versions = Table(
    "versions",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("article", ForeignKey("articles.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("sha256", String, nullable=False),
    Column("source", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("author", String),
    Column("outlet", String, index=True),
    Column("kind", String),
    Column("url", String),
    Column("language", String),
    Column("published", String, index=True),
    Column("added_at", String, nullable=False),
    Column("extra", JSON, nullable=False),
    Column("found", JSON, nullable=False),
    Column("text", Text, nullable=False),
    UniqueConstraint("article", "number"),
)

paragraphs = Table(
    "paragraphs",
    metadata,
    Column("version", ForeignKey("versions.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("speaker", String, index=True),
)

passages = Table(
    "passages",
    metadata,
    # Never reused: the vector index and readers in other processes go by this number.
    Column("id", Integer, primary_key=True),
    Column("version", ForeignKey("versions.id"), nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("first", Integer, nullable=False),
    Column("last", Integer, nullable=False),
    Column("header", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),  # of what was embedded
    Column("active", Integer, nullable=False),  # 1: of the current version of a present article
    Column("vector", LargeBinary, nullable=False),  # float16, dimension
    Column(
        "sentences", LargeBinary, nullable=False
    ),  # int32, (sentences, 3): paragraph, start, end
    Column("sentence_vectors", LargeBinary, nullable=False),  # int8, (sentences, dimension)
    Index("passages_of_version", "version", "ordinal"),
    Index("passages_by_digest", "digest"),
    Index("passages_active", "active", "id"),
    sqlite_autoincrement=True,
)

FULL_TEXT = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS full_text USING fts5(body, header, tokenize='unicode61')",
    "CREATE VIRTUAL TABLE IF NOT EXISTS term_counts USING fts5vocab(full_text, 'row')",
)
