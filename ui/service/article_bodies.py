"""Articles, versions and paragraphs as the service tells them."""

from pydantic import Field

from rag.cite import citation
from rag.library.rows import VersionInfo, VersionText
from ui import addresses
from ui.article_text import require_paragraph
from ui.engine import named
from ui.service.texts import Told
from ui.versions import changes


class Article(Told):
    """A version of an article, without its text.

    `copy_of` names the article whose story this one tells again, `address` is its permalink.
    """

    article_id: str
    version: int
    current: bool
    removed: bool
    sha256: str
    title: str
    author: str | None
    outlet: str | None
    kind: str | None
    published: str | None
    url: str | None
    source: str
    added_at: str
    paragraphs: int
    copy_of: str | None
    address: str


class Articles(Told):
    """One page of the list; `total` counts all that have the words."""

    total: int
    limit: int
    offset: int
    articles: list[Article]


class Versions(Told):
    """Every version of an article, oldest first."""

    article_id: str
    versions: list[Article]


class NumberedParagraph(Told):
    """A paragraph; `start` and `end` are offsets into the version's text."""

    number: int
    speaker: str | None
    start: int
    end: int
    text: str


class Version(Told):
    """A version with its paragraphs."""

    article: Article
    paragraphs: list[NumberedParagraph]


class OpenedParagraph(Told):
    """A paragraph with its anchor, as a citation of the whole of it, and its neighbours."""

    article_id: str
    version: int
    paragraph: int
    start: int
    end: int
    quote: str
    prefix: str
    suffix: str
    text: str
    speaker: str | None
    title: str
    author: str | None
    outlet: str | None
    published: str | None
    url: str | None
    deep_link: str | None
    source: str
    before: NumberedParagraph | None
    after: NumberedParagraph | None
    address: str


class Change(Told):
    """Paragraphs of the older version that gave way to others of the newer."""

    old: list[NumberedParagraph]
    new: list[NumberedParagraph]


class Changes(Told):
    """What became of an article between two versions; empty if its paragraphs are the same."""

    article_id: str
    before: int = Field(serialization_alias="from")
    after: int = Field(serialization_alias="to")
    changes: list[Change]


def article_told(info: VersionInfo, first: str | None = None) -> Article:
    """Return an article; `first` is the first of its story."""
    return Article(
        article_id=info.article_id,
        version=info.number,
        current=info.current,
        removed=info.removed,
        sha256=info.sha256,
        title=info.title,
        author=info.author,
        outlet=info.outlet,
        kind=info.kind,
        published=info.published,
        url=info.url,
        source=named(info.source),
        added_at=info.added_at,
        paragraphs=info.paragraphs,
        copy_of=first if first != info.article_id else None,
        address=addresses.article(info.article_id, info.number),
    )


def version_told(found: VersionText) -> Version:
    """Return a version with all its paragraphs."""
    numbers = range(1, len(found.paragraphs) + 1)
    paragraphs = [_numbered(found, number) for number in numbers]
    return Version(article=article_told(found.info), paragraphs=paragraphs)


def paragraph_told(found: VersionText, number: int) -> OpenedParagraph:
    """Return one paragraph; raises NotInLibrary."""
    require_paragraph(found, number)
    paragraph = found.paragraph(number)
    cited = citation(1, found, paragraph.start, paragraph.end)
    last = len(found.paragraphs)
    return OpenedParagraph(
        **cited.model_dump(exclude={"n", "paragraphs", "highlight"}),
        before=_numbered(found, number - 1) if number > 1 else None,
        after=_numbered(found, number + 1) if number < last else None,
        address=addresses.paragraph(cited.article_id, cited.version, number),
    )


def changes_told(old: VersionText, new: VersionText) -> Changes:
    """Return what was taken out, put in or replaced."""
    return Changes(
        article_id=new.info.article_id,
        before=old.info.number,
        after=new.info.number,
        changes=[
            Change(
                old=[_numbered(old, number) for number, _ in change.old],
                new=[_numbered(new, number) for number, _ in change.new],
            )
            for change in changes(old, new)
        ],
    )


def _numbered(found: VersionText, number: int) -> NumberedParagraph:
    paragraph = found.paragraph(number)
    return NumberedParagraph(
        number=number,
        speaker=paragraph.speaker,
        start=paragraph.start,
        end=paragraph.end,
        text=found.slice(paragraph),
    )
