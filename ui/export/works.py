"""The articles that a conversation cites, each version once, for lists of references."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Literal

from evals.report.visible import one_line
from rag.reply import Citation
from ui.export.slug import slug
from ui.export.web import web_address
from ui.store.records import Exchange

Kind = Literal["speech", "article-newspaper", "webpage", "document"]
"""What a work is, in the words of CSL."""

_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?!\d))?)?(?![\d-])")


@dataclass(frozen=True, slots=True)
class Work:
    """A version of an article, and where the conversation cites it; every text is on one line."""

    citations: tuple[Citation, ...]

    @property
    def key(self) -> str:
        """Its name in lists: ASCII, the same in every export, another for every version."""
        article_id, version = self._first.article_id, self._first.version
        name = slug(article_id)
        if name != article_id:  # not all of it could be kept; a slug holds no full stop
            digest = sha256(article_id.encode("utf-8", "replace")).hexdigest()[:12]
            name = f"{name or 'article'}.{digest}"
        return f"{name}-v{version}"

    @property
    def article_id(self) -> str:
        """The article's name in the library."""
        return self._first.article_id

    @property
    def version(self) -> int:
        """Which of its versions."""
        return self._first.version

    @property
    def title(self) -> str:
        """Its title, or its name where it has none."""
        return one_line(self._first.title) or one_line(self.article_id)

    @property
    def outlet(self) -> str | None:
        """Who published it."""
        return one_line(self._first.outlet or "") or None

    @property
    def author(self) -> str | None:
        """Who wrote it, or the one person who speaks in all that is cited of it."""
        return one_line(self._first.author or "") or self.speaker

    @property
    def speaker(self) -> str | None:
        """The one person who speaks in all that is cited of it."""
        speakers = {one_line(citation.speaker or "") for citation in self.citations}
        return (speakers.pop() or None) if len(speakers) == 1 else None

    @property
    def kind(self) -> Kind:
        """What it is, as far as what is cited can tell: a speech, if its author speaks in it."""
        if self.speaker and self.author == self.speaker:
            return "speech"
        if self.outlet:
            return "article-newspaper"
        return "webpage" if self.url else "document"

    @property
    def published(self) -> str | None:
        """When it was published, as the library has it."""
        return self._first.published

    @property
    def url(self) -> str | None:
        """Its address, if it has one that can be opened."""
        return web_address(self._first.url)

    @property
    def paragraphs(self) -> list[int]:
        """The paragraphs that are cited, in order, each once."""
        return sorted({n for c in self.citations for n in (*c.paragraphs, c.paragraph)})

    @property
    def quotations(self) -> dict[str, Citation]:
        """What is quoted from it, in order, each once."""
        cited = sorted(self.citations, key=lambda citation: citation.start)
        return {citation.quote: citation for citation in cited}

    @property
    def _first(self) -> Citation:
        return self.citations[0]


def works(exchanges: Iterable[Exchange]) -> Sequence[Work]:
    """Return what is cited, in order of its first citation."""
    found: dict[tuple[str, int], list[Citation]] = {}
    for exchange in exchanges:
        for citation in exchange.reply.citations:
            found.setdefault((citation.article_id, citation.version), []).append(citation)
    return [Work(tuple(citations)) for citations in found.values()]


def date_parts(published: str | None) -> tuple[int, ...] | None:
    """Return year, month and day of an ISO date or date-time, as many as it has, or None."""
    found = _DAY.match(published or "")
    if found is None:
        return None
    parts = tuple(int(part) for part in found.groups() if part)
    try:
        date(*(*parts, 1, 1)[:3])
    except ValueError:
        return None
    return parts
