"""From an article as it was read to one that the library takes: cleaned, cut and named."""

import hashlib
import re
import unicodedata
from pathlib import Path

from ingest.canonical import canonical_url
from ingest.document import RawArticle
from ingest.paragraphs import CleanText, compose
from ingest.passages import Heading, cut_passages
from ingest.stories import signature
from rag.errors import ReadError
from rag.library.records import Article
from rag.models.embedder import Embedder

SLUG = 48
"""Characters of the title in an article's id."""

_NOT_SLUG = re.compile(r"[^a-z0-9]+")


def slug(title: str) -> str:
    """Return the title in lower-case ASCII words joined by hyphens, cut at a word."""
    ascii_title = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    words = _NOT_SLUG.sub("-", ascii_title.lower()).strip("-")
    if len(words) > SLUG:
        words = words[: SLUG + 1].rpartition("-")[0] or words[:SLUG]
    return words or "article"


def sha256_of_text(text: str) -> str:
    """Return the name of a version's content."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def key_of(raw: RawArticle, text: str) -> str:
    """Return what identifies the article: its canonical URL, else its path, else its content."""
    if raw.metadata.url:
        return canonical_url(raw.metadata.url)
    file, _, part = raw.source.partition("#")
    if raw.reader == "json" and part and Path(file).exists():
        # A line's number changes when one is put before it; its title does not.
        return f"{Path(file).resolve()}#{slug(raw.metadata.title or text[:SLUG])}"
    if raw.source != "-" and Path(raw.source).exists():
        return str(Path(raw.source).resolve())
    if raw.source.startswith(("http:", "https:")):
        return canonical_url(raw.source)
    return f"sha256:{sha256_of_text(text)}"


def compose_article(raw: RawArticle) -> CleanText:
    """Clean and number the paragraphs; raise ReadError if nothing is left."""
    clean = compose(raw.blocks, title=raw.metadata.title)
    if not clean.paragraphs:
        raise ReadError(f"{raw.source!r} holds no text to cite; is it empty, or only pictures?")
    return clean


def prepare(
    raw: RawArticle,
    clean: CleanText,
    *,
    key: str,
    root: str | None,
    embedder: Embedder,
    target: int,
) -> Article:
    """Return the article with its passages, ready to be embedded; `key` is `key_of`'s."""
    found = raw.metadata
    title = found.title or clean.text[:SLUG]
    day = (found.published or "")[:10]
    heading = Heading(title, found.outlet, found.published)
    return Article(
        article_id=f"{day}-{slug(title)}".strip("-"),
        key=key,
        source=raw.source,
        root=root,
        sha256=sha256_of_text(clean.text),
        text=clean.text,
        title=title,
        author=found.author,
        outlet=found.outlet,
        kind=found.kind,
        url=found.url,
        language=found.language,
        published=found.published,
        paragraphs=clean.paragraphs,
        passages=cut_passages(
            clean.text, clean.paragraphs, heading, embedder,
            target=target, language=(found.language or "en")[:2],
        ),
        shingles=signature(clean.text),
        extra=found.extra,
        found=raw.found,
    )  # fmt: skip
