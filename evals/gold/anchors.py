"""Find a gold span in the article as it is now; propose a new place after an edit.

The order is that of the W3C Web Annotation selectors: exact position and digest, then a unique
exact quote, then quote with prefix and suffix, then a fuzzy place, which is only ever proposed.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

from evals.gold.articles import ArticleText, Record
from evals.gold.question import Span

CONTEXT = 32
"""Characters of prefix and suffix that an anchor keeps."""

ALIKE = 0.75
"""The least similarity of a fuzzy proposal (ratio of Ratcliff and Obershelp)."""

_WORD = re.compile(r"\w+(?:[.,'’]\w+)*")

How = Literal["exact", "quote", "context", "fuzzy", "ambiguous", "lost", "no_article"]


@dataclass(frozen=True, slots=True)
class Found:
    """Where a span is: `span` is anchored to the text as it is now, if a place was found.

    `exact`: where the anchor says. `quote` and `context`: moved, and found without doubt.
    `fuzzy`: reworded; a person must decide. The others have no place.
    """

    how: How
    span: Span | None = None

    @property
    def sure(self) -> bool:
        """Whether the place is beyond doubt."""
        return self.how in ("exact", "quote", "context")


def anchored(article: ArticleText, start: int, end: int) -> Span:
    """Return the complete anchor of a stretch of an article."""
    return Span(
        article=article.article_id,
        sha256=article.sha256,
        start=start,
        end=end,
        quote=article.text[start:end],
        prefix=article.text[max(0, start - CONTEXT) : start],
        suffix=article.text[end : end + CONTEXT],
    )


def locate(span: Span, record: Record) -> Found:
    """Find a span in the record."""
    article = record.find(span.article, span.sha256)
    if article is None:
        return Found("no_article")
    if _at_its_place(span, article):
        return Found("exact", anchored(article, span.start or 0, span.end or 0))
    places = [m.start() for m in re.finditer(re.escape(span.quote), article.text)]
    if len(places) == 1:
        return Found("quote", anchored(article, places[0], places[0] + len(span.quote)))
    if places:
        return _by_context(span, article, places)
    return _fuzzy(span, article)


def _at_its_place(span: Span, article: ArticleText) -> bool:
    if span.start is None or span.end is None or span.sha256 != article.sha256:
        return False
    return article.text[span.start : span.end] == span.quote


def _by_context(span: Span, article: ArticleText, places: list[int]) -> Found:
    """Decide between places of the same quote by what stands around it."""
    fitting = [
        start
        for start in places
        if article.text[:start].endswith(span.prefix)
        and article.text[start + len(span.quote) :].startswith(span.suffix)
    ]
    if len(fitting) == 1 and (span.prefix or span.suffix):
        return Found("context", anchored(article, fitting[0], fitting[0] + len(span.quote)))
    return Found("ambiguous")


def _fuzzy(span: Span, article: ArticleText) -> Found:
    best, place = max(_likenesses(span.quote, article), default=(0.0, (0, 0)))
    if best < ALIKE:
        return Found("lost")
    return Found("fuzzy", anchored(article, *place))


def _likenesses(quote: str, article: ArticleText) -> Iterator[tuple[float, tuple[int, int]]]:
    """Yield how alike the quote is to each run of as many words of the article."""
    wanted = _WORD.findall(quote)
    matcher = SequenceMatcher(autojunk=False)
    matcher.set_seq2(wanted)
    for paragraph in article.paragraphs:
        found = list(_WORD.finditer(article.slice(paragraph)))
        for first in range(max(1, len(found) - len(wanted) + 1)):
            run = found[first : first + len(wanted)]
            if not run:
                continue
            matcher.set_seq1([match.group() for match in run])
            if matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE:
                start, end = run[0].start(), run[-1].end()
                place = (paragraph.start + start, paragraph.start + end)
                yield matcher.ratio(), place
