"""The drawer that narrows what is searched, and what it says when it is closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rag.errors import UsageError
from rag.library import catalogue
from rag.library.rows import NO_FILTERS, Filters
from ui.dates import readable, typed_span
from ui.site import Site
from ui.store.records import Asked

CLOSED = "Filters and generator"


@dataclass(frozen=True, slots=True)
class Drawer:
    """What stands in the drawer's controls, as typed and chosen."""

    as_of: str = ""
    since: str = ""
    until: str = ""
    outlets: Sequence[str] = ()
    speakers: Sequence[str] = ()
    generator: str | None = None

    def asked(self) -> Asked:
        """Return how a question is put; raises UsageError for what is no date."""
        since, until = _day(self.since, "From", 0), _day(self.until, "Until", 1)
        if since and until and since > until:
            raise UsageError(
                f"The filter From {self.since!r} is later than Until {self.until!r}; exchange them."
            )
        filters = Filters(
            as_of=_day(self.as_of, "As of", 1),
            since=since,
            until=until,
            outlets=tuple(self.outlets or ()),
            speakers=tuple(self.speakers or ()),
        )
        return Asked(filters, self.generator or None)


def drawer_of(asked: Asked | None) -> Drawer:
    """Return the drawer as it stood when something was asked."""
    filters = asked.filters if asked else NO_FILTERS
    return Drawer(
        filters.as_of or "",
        filters.since or "",
        filters.until or "",
        list(filters.outlets),
        list(filters.speakers),
        asked.generator if asked else None,
    )


def _day(typed: str | None, name: str, end: int) -> str | None:
    if not typed or not typed.strip():
        return None
    return typed_span(typed, option=f"The filter {name}")[end]


def summary(drawer: Drawer) -> str:
    """Return the filters that are set in one line, or what the drawer is for."""
    try:
        filters = drawer.asked().filters
    except UsageError as error:
        return str(error)
    dates = {"as of": filters.as_of, "from": filters.since, "until": filters.until}
    said = [f"{word} {readable(day)}" for word, day in dates.items() if day]
    said += [", ".join(names) for names in (filters.outlets, filters.speakers) if names]
    return f"Filters: {'; '.join(said)}" if said else CLOSED


def names(site: Site, column: str) -> list[str]:
    """Return the outlets or speakers that can be chosen."""
    with site.engine.library.reading() as db:
        return catalogue.names_in_use(db, column)


def generators(site: Site) -> list[tuple[str, str]]:
    """Return (label, name) of what may write the answers, with the time that each takes here."""
    return [(_timed(site, c.label), c.generator) for c in site.engine.choices()]


def _timed(site: Site, label: str) -> str:
    taken = site.store.seconds(label)
    if not taken:
        return f"{label} (not timed here yet)"
    return f"{label} (about {_seconds(median(taken))})"


def _seconds(value: float) -> str:
    if value < 1:
        return f"{max(0.1, value):.1f} s"
    return f"{value:.0f} s"
