"""The articles of the library as a reader leafs through them: found, sorted, folded, paged."""

import threading
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from rag.library import catalogue
from rag.library.library import Library
from rag.library.rows import VersionInfo
from ui.dates import readable

PAGE = 100
"""Stories of one page: a longer table is slow to draw."""

Column = Literal["date", "outlet", "title", "paragraphs", "versions"]
COLUMNS: tuple[Column, ...] = get_args(Column)

_FALLING: frozenset[Column] = frozenset({"date", "paragraphs", "versions"})
"""Columns whose first order is from the newest or the most."""


@dataclass(frozen=True, slots=True)
class View:
    """What a reader looks at; `page` counts from 1."""

    words: str = ""
    column: Column = "date"
    falling: bool = True
    page: int = 1

    def sorted_by(self, column: Column) -> "View":
        """Return the view sorted by a column; by the same once more, the other way round."""
        falling = not self.falling if column == self.column else column in _FALLING
        return replace(self, column=column, falling=falling, page=1)


@dataclass(frozen=True, slots=True)
class Story:
    """An article with the copies of it; `open` if it is a copy that was looked for."""

    first: VersionInfo
    copies: tuple[VersionInfo, ...] = ()
    open: bool = False


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of what a view shows; `found` counts stories, `articles` their copies too."""

    view: View
    stories: tuple[Story, ...]
    found: int
    articles: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.found // PAGE))


@dataclass(frozen=True, slots=True)
class Shelf:
    """Every article of one state of the library; `paragraphs` counts those that are searched."""

    articles: tuple[VersionInfo, ...]
    removed: tuple[VersionInfo, ...]

    @property
    def paragraphs(self) -> int:
        """How many paragraphs can be cited."""
        return sum(info.paragraphs for info in self.articles)

    @property
    def span(self) -> tuple[str, str] | None:
        """The first and the last day of publication (ISO), if any article is dated."""
        days = [info.published[:10] for info in self.articles if info.published]
        return (min(days), max(days)) if days else None

    @property
    def undated(self) -> int:
        """How many articles do not say when they were published."""
        return sum(not info.published for info in self.articles)

    @property
    def copies(self) -> int:
        """How many articles are copies of another's story."""
        return len(self.articles) - len(_stories(self.articles))

    def listing(self, view: View) -> Listing:
        """Return the page of a view; a page beyond the last is the last."""
        words = view.words.casefold().split()
        stories = [told for story in _stories(self.articles) if (told := _matching(story, words))]
        stories = _in_order(stories, view)
        last = max(1, -(-len(stories) // PAGE))
        page = min(max(1, view.page), last)
        shown = tuple(stories[(page - 1) * PAGE : page * PAGE])
        articles = sum(1 + len(story.copies) for story in stories)
        return Listing(replace(view, page=page), shown, len(stories), articles)


class Shelves:
    """Gives the shelf of a library, read again only when the library has changed."""

    def __init__(self, library: Library) -> None:
        """Read nothing yet."""
        self._library = library
        self._lock = threading.Lock()
        self._kept: tuple[str, Shelf] | None = None

    def now(self) -> Shelf:
        """Return the articles as they are."""
        with self._lock, self._library.reading() as db:
            revision = catalogue.revision(db)
            if self._kept is None or self._kept[0] != revision:
                known = catalogue.list_articles(db, removed=True)
                articles = tuple(info for info in known if not info.removed)
                removed = tuple(info for info in known if info.removed)
                self._kept = (revision, Shelf(articles, removed))
            return self._kept[1]


def has_words(info: VersionInfo, words: Iterable[str]) -> bool:
    """Whether each word (case folded) stands in the id, title, outlet or date."""
    date = readable(info.published)
    parts = (info.article_id, info.title, info.outlet, info.published, date)
    text = " ".join(part for part in parts if part).casefold()
    return all(word in text for word in words)


def _stories(articles: Sequence[VersionInfo]) -> list[Story]:
    """Fold the copies of a story under its first article, or the earliest that is left."""
    together: dict[tuple[str, int], list[VersionInfo]] = {}
    for info in articles:
        key = ("article", info.article_row) if info.story is None else ("story", info.story)
        together.setdefault(key, []).append(info)
    return [_story(members) for members in together.values()]


def _story(members: list[VersionInfo]) -> Story:
    if len(members) == 1:
        return Story(members[0])
    first, *copies = sorted(members, key=lambda info: (info.article_row != info.story, info.row))
    return Story(first, tuple(copies))


def _matching(story: Story, words: Sequence[str]) -> Story | None:
    if has_words(story.first, words):
        return story
    found = any(has_words(copy, words) for copy in story.copies)
    return replace(story, open=True) if found else None


_KEYS: dict[Column, Callable[[VersionInfo], str | int]] = {
    "date": lambda info: info.published or "",
    "outlet": lambda info: (info.outlet or "").casefold(),
    "title": lambda info: info.title.casefold(),
    "paragraphs": lambda info: info.paragraphs,
    "versions": lambda info: info.number,
}


def _in_order(stories: list[Story], view: View) -> list[Story]:
    """Sort by a column, those of which nothing is known last either way."""
    key = _KEYS[view.column]
    known = [story for story in stories if key(story.first) != ""]
    unknown = [story for story in stories if key(story.first) == ""]
    return sorted(known, key=lambda story: key(story.first), reverse=view.falling) + unknown
