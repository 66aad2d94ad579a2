"""Which articles count, as a request says it: dates as typed, names checked."""

import re
from typing import Annotated

from pydantic import Field

from rag.errors import UsageError
from rag.library.rows import NO_FILTERS, Filters
from ui.engine import Engine
from ui.narrowing import Narrowing
from ui.service.texts import Given, Id, Name, Typed

_OPTION = re.compile(r"--(as|since|until)(?:-(of))?\b")

Names = Annotated[list[Name], Field(max_length=50)]


class FiltersGiven(Given):
    """Which articles count; a date is a day, a month or a year as people type it."""

    as_of: Typed | None = Field(default=None, description="only what was published by then")
    since: Typed | None = Field(default=None, description="only what was published then or later")
    until: Typed | None = Field(default=None, description="only what was published then or earlier")
    outlets: Names = Field(default=[], description="only these outlets")
    kinds: Names = Field(default=[], description="only these kinds, such as briefing")
    speakers: Names = Field(
        default=[], description="only what these said; a part of the name will do"
    )
    articles: Annotated[list[Id], Field(max_length=50)] = Field(
        default=[], description="only these ids"
    )

    def resolved(self, engine: Engine) -> Filters:
        """Return the filters; raises UsageError for a date, NotInLibrary for a name."""
        if self == FiltersGiven():
            return NO_FILTERS
        narrowing = Narrowing(
            self.as_of, self.since, self.until,
            self.outlets, self.kinds, self.speakers, self.articles,
        )  # fmt: skip
        try:
            with engine.library.reading() as db:
                return narrowing.resolve(db)
        except UsageError as error:
            raise UsageError(_as_fields(str(error))) from error


def _as_fields(sentence: str) -> str:
    """Return a sentence about the command line's options, which are fields here."""
    return _OPTION.sub(lambda found: "_".join(part for part in found.groups() if part), sentence)
