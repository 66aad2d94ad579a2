"""Numbered anchors: from a span of a stored version to a citation of a reply."""

from rag.deep_link import deep_link
from rag.library.records import Anchor, Paragraph
from rag.library.rows import VersionText
from rag.reply import Citation

CONTEXT = 32
"""Characters of prefix and suffix."""


def anchor(version: VersionText, start: int, end: int) -> Anchor:
    """Return the anchor of `text[start:end]`, which must lie within one paragraph."""
    paragraph = paragraph_of(version, start)
    if not paragraph.start <= start < end <= paragraph.end:
        raise ValueError(f"{start}:{end} is not inside paragraph {paragraph.number}")
    return Anchor(
        article_id=version.info.article_id,
        version=version.info.number,
        paragraph=paragraph.number,
        start=start,
        end=end,
        quote=version.text[start:end],
        prefix=version.text[max(0, start - CONTEXT) : start],
        suffix=version.text[end : end + CONTEXT],
    )


def paragraph_of(version: VersionText, position: int) -> Paragraph:
    """Return the paragraph that holds a character of the text."""
    return next(p for p in version.paragraphs if position < p.end)


def citation(n: int, version: VersionText, start: int, end: int) -> Citation:
    """Return citation number n for `text[start:end]` of a version."""
    place = anchor(version, start, end)
    info, paragraph = version.info, version.paragraph(place.paragraph)
    link = deep_link(
        info.url,
        place.quote,
        prefix=version.text[paragraph.start : start],
        suffix=version.text[end : paragraph.end],
    )
    return Citation(
        n=n,
        article_id=place.article_id,
        version=place.version,
        paragraph=place.paragraph,
        paragraphs=[place.paragraph],
        start=start,
        end=end,
        quote=place.quote,
        text=version.slice(paragraph),
        prefix=place.prefix,
        suffix=place.suffix,
        title=info.title,
        author=info.author,
        outlet=info.outlet,
        speaker=paragraph.speaker,
        published=info.published,
        url=info.url,
        deep_link=link,
        source=info.source,
    )
