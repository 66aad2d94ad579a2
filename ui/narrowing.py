"""Which articles count: the options --as-of, --since, --until, --outlet and so on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from rag.errors import NotInLibrary, UsageError
from rag.library import catalogue
from rag.library.rows import Filters, VersionInfo
from ui.dates import typed_span

FEW = 5
"""Up to so many known names are all told when none is close."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The options as typed."""

    as_of: str | None = None
    since: str | None = None
    until: str | None = None
    outlets: Sequence[str] = ()
    kinds: Sequence[str] = ()
    speakers: Sequence[str] = ()
    articles: Sequence[str] = ()

    def dates(self) -> Filters:
        """Return the dates alone: a month's or year's first day for --since, else its last.

        Raises UsageError for what is no date.
        """
        since = typed_span(self.since, option="--since")[0] if self.since is not None else None
        until = typed_span(self.until, option="--until")[1] if self.until is not None else None
        as_of = typed_span(self.as_of, option="--as-of")[1] if self.as_of is not None else None
        if since and until and since > until:
            raise UsageError(
                f"--since {self.since!r} is later than --until {self.until!r}; exchange them."
            )
        return Filters(as_of=as_of, since=since, until=until)

    def resolve(self, db: Connection) -> Filters:
        """Return the filters, every name checked; raises NotInLibrary with the closest names."""
        return replace(
            self.dates(),
            outlets=_checked(db, "outlet", self.outlets, str.__eq__),
            kinds=_checked(db, "kind", self.kinds, str.__eq__),
            speakers=_checked(db, "speaker", self.speakers, str.__contains__),
            articles=tuple(_article(db, name) for name in self.articles),
        )


def _checked(
    db: Connection, column: str, given: Sequence[str], matches: Callable[[str, str], bool]
) -> tuple[str, ...]:
    if not given:
        return ()
    known = catalogue.names_in_use(db, column)
    for name in given:
        if not name.strip() or not any(matches(k.lower(), name.lower()) for k in known):
            raise NotInLibrary(
                f"There is no {column} {name!r} in the library{_closest(name, known)}"
            )
    return tuple(given)


def _closest(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    by_lower = {k.lower(): k for k in known}
    close = [by_lower[k] for k in get_close_matches(name.lower(), by_lower, n=3, cutoff=0.5)]
    if close:
        return f"; did you mean {' or '.join(map(repr, close))}?"
    if not known:
        return ", and no other either."
    told = ", ".join(map(repr, known[:FEW]))
    return f"; it has {told}{' and more' if len(known) > FEW else ''}."


def _article(db: Connection, name: str) -> str:
    return find(db, name).article_id


def find(db: Connection, name: str) -> VersionInfo:
    """Return the article that a name stands for; raises NotInLibrary with the closest ids."""
    try:
        return catalogue.find_article(db, name)
    except NotInLibrary as error:
        known = [info.article_id for info in catalogue.list_articles(db, removed=True)]
        if any(article_id.startswith(name) for article_id in known):
            raise  # not unknown, but several
        from difflib import get_close_matches

        close = get_close_matches(name.lower(), known, n=3, cutoff=0.4)
        if not close:
            raise
        told = " or ".join(map(repr, close))
        raise NotInLibrary(
            f"There is no article {name!r} in the library; did you mean {told}?"
        ) from error
