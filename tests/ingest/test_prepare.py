"""From what a reader found to what the library takes."""

import hashlib
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.document import Block, Metadata, RawArticle
from ingest.prepare import compose_article, key_of, prepare, slug
from rag.errors import ReadError
from rag.library.records import Article
from rag.models.hashing import HashingEmbedder

URL = "https://example.org/a"


def raw(*texts: str, source: str = "a.md", reader: str = "markdown", **said: object) -> RawArticle:
    blocks = tuple(Block(text) for text in texts)
    return RawArticle(source, reader, blocks, Metadata(**said), {"title": "heading"})  # type: ignore[arg-type]


def prepared(given: RawArticle) -> Article:
    clean = compose_article(given)
    key = key_of(given, clean.text)
    return prepare(given, clean, key=key, root="/r", embedder=HashingEmbedder(), target=60)


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("The killing of Ismail Haniyeh, 31 July", "the-killing-of-ismail-haniyeh-31-july"),
        ("Café – “naïve”", "cafe-naive"),
        ("ایران", "article"),
        ("", "article"),
        ("../../etc/passwd", "etc-passwd"),
        ("word " * 40, "word-word-word-word-word-word-word-word-word"),
        ("x" * 100, "x" * 48),
    ],
)
def test_slug(title: str, expected: str) -> None:
    assert slug(title) == expected


@given(st.text())
def test_a_slug_is_plain_and_short(title: str) -> None:
    made = slug(title)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", made)
    assert len(made) <= 48
    assert slug(made) == made


def test_an_article_is_complete() -> None:
    given = raw(
        "First  paragraph.", "Second\u200b one.", title="A title", author="Ann", outlet="Wire",
        published="2024-04-15T10:00:00Z", url=URL, language="en", kind="news", extra={"a": 1},
    )  # fmt: skip
    article = prepared(given)
    assert article.article_id == "2024-04-15-a-title"
    assert article.text == "First paragraph.\n\nSecond one."
    assert article.sha256 == hashlib.sha256(article.text.encode()).hexdigest()
    assert [article.text[p.start : p.end] for p in article.paragraphs] == [
        "First paragraph.", "Second one.",
    ]  # fmt: skip
    assert (article.author, article.outlet, article.kind) == ("Ann", "Wire", "news")
    assert (article.url, article.published, article.root) == (URL, "2024-04-15T10:00:00Z", "/r")
    assert article.passages[0].header == "A title | Wire | 2024-04-15"
    assert (article.extra, article.found) == ({"a": 1}, {"title": "heading"})
    assert article.shingles is None


def test_what_is_not_known_stays_unknown() -> None:
    article = prepared(raw("Nothing is said of it but these words of a paragraph that is long."))
    assert article.published is None
    assert article.author is article.outlet is article.url is None
    assert article.title == article.text[:48]
    assert not article.article_id.startswith("-")


@pytest.mark.parametrize("texts", [(), ("",), (" \u200b\n ",), ("* * *", "All rights reserved")])
def test_nothing_to_cite_is_an_error(texts: tuple[str, ...]) -> None:
    with pytest.raises(ReadError, match=r"'a\.md' holds no text"):
        compose_article(raw(*texts))


def test_the_key_is_the_address_then_the_path_then_the_content(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("x")
    assert key_of(raw("t", source=str(path), url=f"{URL}?utm_source=x#top"), "t") == URL
    assert key_of(raw("t", source=str(path)), "t") == str(path.resolve())
    dotted = str(tmp_path / "sub" / ".." / "a.md")
    (tmp_path / "sub").mkdir()
    assert key_of(raw("t", source=dotted), "t") == str(path.resolve())
    assert key_of(raw("t", source="https://EXAMPLE.org/a#x"), "t") == URL
    assert key_of(raw("t", source="-"), "t") == key_of(raw("t", source="gone.md"), "t")
    assert key_of(raw("t", source="-"), "t") != key_of(raw("t", source="-"), "u")


def test_lines_of_a_json_file_keep_their_keys_when_one_is_put_before(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    path.write_text("")
    first, moved, other = (
        key_of(raw("t", source=f"{path}#{line}", reader="json", title=title), "t")
        for line, title in ((1, "A"), (2, "A"), (3, "B"))
    )
    assert first == moved != other
