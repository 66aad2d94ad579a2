"""A sentence within its article, read for what one question wants counted."""

import re
from datetime import date
from functools import cached_property

from rag.analysis import stem, terms
from rag.conflicts.actions import ACTION, action_of, actions
from rag.conflicts.asked import Asked
from rag.conflicts.figures import PEOPLE, Figure, figures, thing_of
from rag.conflicts.moments import day_of, event_days, is_later_statement, is_said_on, meets
from rag.conflicts.parties import last_sentence, party_of
from rag.names import Name, initials_of, is_named
from rag.question import Question
from rag.select import Candidate
from rag.stated_dates import Stated, stated_dates

ABOUT = 0.6
"""Share of the question's other words that must stand in a sentence or around it."""

ABOUT_DATED = 0.5
"""The same for a question that names the day or the month, which then stand there too."""

_ACTOR = re.compile(
    r"(?P<who>[A-Z][\w]+)(?:(?:’s|'s) \w+)?(?:, (?:he|she|it|they|[\w ]{1,30}) said,)?"
    r"(?: (?:had|has|have|also|then))*\s*$"
)
_ELLIPTICAL = re.compile(
    r"(?:\b(?:of|gave|give|gives|put|puts|counted|counts|said|was|were|at|is|estimated|reported)\b"
    r"|\bthat)\W*(?:(?:about|around|some|over|more than|roughly|nearly|almost|at least"
    r"|approximately|as|exactly|only|on \d+ \w+(?: \d{4})?|up to)\W*)*$"
)
_RESTING = re.compile(r"^(?:\W*$|[,;.]|\W*(?:were|had been|was|which|and no longer)\b)")
_OTHER_VERB = re.compile(r"^[”\"]?\W*(?:who|that|which|had|has|have|was|were|is|are|will|would)\b")
_RUN_OFF = re.compile(r"\brun-?off\b", re.IGNORECASE)
_ORDINALS = frozenset(map(stem, ("first", "second", "third", "fourth", "last", "final")))


def holds(term: str, present: frozenset[str], initials: frozenset[str] = frozenset()) -> bool:
    """Whether an index term, or for a name its adjective, is among the terms of a text."""
    return is_named(Name(term, term, 0, 0), present, initials)


class Context:
    """`Context(question, asked, candidate)`: what a sentence counts, when, and for whom."""

    def __init__(self, question: Question, asked: Asked, candidate: Candidate) -> None:
        """Read a sentence with its title and what stands before it in its paragraph."""
        version = candidate.version
        paragraph = version.paragraph(candidate.sentence.paragraph)
        self._question, self._asked = question, asked
        self._published, self._title = version.info.published, version.info.title
        self._before = version.text[paragraph.start : candidate.sentence.start]
        self._text = candidate.text
        self._article_days = candidate.hit.passage.event_dates

    @cached_property
    def is_about(self) -> bool:
        """Whether the question's names and most of its other words stand in it or around it."""
        about = self._asked.about
        held = {term for term in about if self._holds(term)}
        if (about & _ORDINALS) - held:
            return False
        if any(period.month for period in self._question.periods):
            return len(held) >= ABOUT_DATED * len(about)
        return about & self._question.names <= held and len(held) >= ABOUT * len(about)

    def fitting(self, clause: str) -> list[Figure]:
        """Return the figures that fit, those of the very kind asked for if there are any.

        None where a further one seems to count the same: the clause tells of two things.
        """
        every = figures(clause)
        found = [figure for figure in every if self._fits(figure, clause)]
        if any(_is_parallel(bare, figure) for figure in found for bare in every):
            return []
        exact = [f for f in found if f.kinds == self._asked.kinds and f.thing]
        return exact or found

    def is_at_the_time(self, clause: str) -> bool:
        """Whether the clause is about a time that the question names, if it names one."""
        wanted = self._question.periods
        own = stated_dates(clause, self._published) or stated_dates(self._text, self._published)
        if not wanted or any(meets(s, period) for s in own for period in wanted):
            return True
        events = [s for s in self._dates_before if not is_later_statement(self._before, s, wanted)]
        near = events or stated_dates(self._title) or self._dates_of_article
        around = any(meets(s, period) for s in near for period in wanted)
        return around and all(is_later_statement(clause, s, wanted) for s in own)

    def as_of(self, clause: str) -> date | None:
        """Return the day for which a count is given, or None where that is not clear."""
        own = [s for s in stated_dates(clause, self._published) if s.day]
        told = [s.day for s in own if s.day and is_said_on(clause, s)]
        if told:
            return max(told)
        events = [period for period in self._question.periods if period.day]
        if any(not any(meets(s, event) for event in events) for s in own):
            return None
        return day_of(self._published)

    def party(self, start: int, end: int) -> str | None:
        """Return the party of the clause at `start:end` of the sentence."""
        return party_of(self._text[start:end], "" if start else self._before)

    def days(self, clause: str) -> frozenset[date]:
        """Return the days of events that the clause names, or else the paragraph up to there."""
        own = event_days(clause, self._published)
        return own or event_days(self._before, self._published)

    @cached_property
    def months(self) -> frozenset[tuple[int, int]]:
        """The months that the sentence, its title and what stands before it name."""
        own = stated_dates(self._text, self._published)
        periods = [s.period for s in (*own, *self._dates_before, *stated_dates(self._title))]
        return frozenset((p.year, p.month) for p in periods if p and p.year and p.month)

    @cached_property
    def _present(self) -> tuple[frozenset[str], frozenset[str]]:
        text = f"{self._title}\n{self._before}\n{self._text}"
        found = terms(text) + (["second", "round"] if _RUN_OFF.search(text) else [])
        return frozenset(found) | frozenset(map(thing_of, found)), initials_of(text)

    @cached_property
    def _dates_before(self) -> tuple[Stated, ...]:
        return stated_dates(self._before, self._published)

    @cached_property
    def _dates_of_article(self) -> tuple[Stated, ...]:
        """The days of the article's events; they count for what names the question's names."""
        here = f"{self._before}\n{self._text}"
        names = self._asked.about & self._question.names or self._asked.about
        present, initials = frozenset(terms(here)), initials_of(here)
        if not all(holds(name, present, initials) for name in names):
            return ()
        return tuple(stated for day in self._article_days for stated in stated_dates(day))

    def _holds(self, term: str) -> bool:
        return holds(term, *self._present)

    def _fits(self, figure: Figure, clause: str) -> bool:
        asked = self._asked
        if figure.percent != asked.percent or not self._is_in_place(figure):
            return False
        if not figure.thing:
            named = asked.percent or self._is_left_out(figure, clause)
            return named and self._is_done(figure, clause)
        kinds = not figure.kinds or figure.kinds >= asked.kinds
        fits = figure.thing == asked.thing and kinds and all(map(self._holds, asked.kinds))
        return fits and self._is_done(figure, clause)

    def _is_in_place(self, figure: Figure) -> bool:
        return figure.place is None or holds(figure.place, frozenset(self._question.topic))

    def _is_done(self, figure: Figure, clause: str) -> bool:
        """Whether what the question asks about was done with it, and by whom it asks about."""
        asked = self._asked.action
        if asked is None:
            return True
        if figure.action is None:
            rest = clause[figure.end :].removeprefix(" ").removeprefix(figure.named)
            around = f"{self._title}\n{self._before}"
            return not _OTHER_VERB.match(rest) and asked in actions(around)
        return figure.action == asked and (asked != "fire" or self._is_by_actor(clause))

    def _is_by_actor(self, clause: str) -> bool:
        fired = next((m for m in ACTION.finditer(clause) if action_of(m) == "fire"), None)
        actor = _ACTOR.search(clause[: fired.start()]) if fired else None
        if actor is None or self._asked.actor is None:
            return True
        return holds(self._asked.actor, frozenset({stem(actor["who"].lower())}))

    def _is_left_out(self, figure: Figure, clause: str) -> bool:
        """Whether the thing is left out because it was named just before."""
        before, after = clause[: figure.start], clause[figure.end :]
        if not (_ELLIPTICAL.search(before) and _RESTING.match(after)):
            return False
        near = f"{last_sentence(self._before)}\n{before}"
        done, asked = actions(near), self._asked
        named = {thing_of(term) for term in terms(near)} | ({PEOPLE} if "kill" in done else set())
        return asked.thing in named and asked.action in (None, *done)


def _is_parallel(bare: Figure, figure: Figure) -> bool:
    """Whether another figure of the clause counts the same thing without naming it again."""
    alike = bare.action in (None, figure.action) and bare.percent == figure.percent
    return not bare.thing and alike and bare.disagrees(figure)
