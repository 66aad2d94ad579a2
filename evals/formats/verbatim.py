"""Finding a text of another tool in the articles, word for word."""

import re

from evals.gold.anchors import anchored, locate
from evals.gold.articles import Record
from evals.gold.question import Span

MOST_PLACES = 5
"""A text that stands more often than this says nothing about where it was taken from."""


class Verbatim:
    """Looks up texts in a record: `Verbatim(record).find("…")`."""

    def __init__(self, record: Record) -> None:
        """Look in all articles of the record."""
        self._record = record

    def find(self, text: str, article: str | None = None) -> list[Span]:
        """Return an anchor for each place where the text stands; empty if there is none.

        The words must stand in a row and be whole; how white space is written does not matter.
        With `article` given, a certain place in that one is the only place. Empty too for a text
        that stands in more than MOST_PLACES places.
        """
        if article is not None:
            found = locate(Span(article=article, quote=text), self._record)
            if found.sure and found.span is not None:
                return [found.span]
        return self._everywhere(text)

    def _everywhere(self, text: str) -> list[Span]:
        words = text.split()
        if not words:
            return []
        longest = max(words, key=len)
        before = r"(?<!\w)" if words[0][0].isalnum() else ""
        after = r"(?!\w)" if words[-1][-1].isalnum() else ""
        pattern = re.compile(before + r"\s+".join(map(re.escape, words)) + after)
        spans = [
            anchored(article, match.start(), match.end())
            for _, article in sorted(self._record.articles.items())
            if longest in article.text
            for match in pattern.finditer(article.text)
        ]
        return spans if len(spans) <= MOST_PLACES else []
