"""What happens when somebody opens the tab of the evals, chooses, filters or makes a draft."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from evals.gold.articles import record_of
from rag.errors import DatelineError, UsageError
from ui.drafting import draft_id
from ui.drafts import Drafts
from ui.report_rows import Choice, detail, is_held_back, rows
from ui.reports import Reading, Reports, Stored, baselines_for, stored_runs, usual_baseline
from ui.site import Site
from ui.web import evals_html

PAGE = 15
"""Questions of one page of the table."""

WORDS = 10
"""Words of readers of one page."""

READING = "Reading the run…"
ALONE = ""
"""The baseline of a run that is to be compared with none."""

Labelled = tuple[str, str]
"""What a reader sees of a choice, and the choice."""


@dataclass(frozen=True, slots=True)
class Runs:
    """The runs there are and the baselines of the chosen one; "" where nothing is chosen."""

    runs: Sequence[Labelled]
    run: str
    baselines: Sequence[Labelled]
    baseline: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the questions of a report can be narrowed by; `test` if some are held back.

    The metrics that decide come first.
    """

    metrics: Sequence[str]
    types: Sequence[str]
    splits: Sequence[str]
    compared: bool
    test: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list; `number` counts from 0 and is one that there is."""

    html: Markup
    number: int
    before: bool = False
    after: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """What became of a draft; `line` is empty where none was made."""

    html: Markup
    line: str = ""


class EvalsHandlers:
    """The work behind the tab; an error is a sentence in the place of what was asked for."""

    def __init__(self, site: Site) -> None:
        """Work for one site; nothing is read before it is asked for."""
        self._site = site
        self._reports = Reports(site.engine.library)
        self._drafts = Drafts()

    def runs(self, run: str = "", baseline: str | None = None) -> Runs:
        """Return what can be chosen; a run that is gone gives way to the last one.

        Without a `baseline` the usual one is chosen: None is not `ALONE`.
        """
        known = stored_runs()
        labels = [(one.label, one.name) for one in known]
        if not known:
            return Runs((), "", ((_NONE, ALONE),), ALONE)
        chosen = next((one for one in known if one.name == run), known[0])
        against = baselines_for(chosen)
        names = {ALONE, *(one.name for one in against)}
        if baseline not in names or chosen.name != run:
            baseline = _name(usual_baseline(chosen))
        options = [(_NONE, ALONE), *((one.label, one.name) for one in against)]
        return Runs(labels, chosen.name, options, baseline or ALONE)

    def verdict(self, run: str, baseline: str) -> Iterator[Markup]:
        """Yield that the run is being read, then its verdict and pictures."""
        if not run:
            yield evals_html.no_run()
            return
        yield evals_html.notice(READING)
        try:
            yield evals_html.verdict(self._reading(run, baseline))
        except DatelineError as error:
            yield evals_html.notice(str(error))

    def choices(self, run: str, baseline: str) -> Choices | None:
        """Return how questions can be narrowed; None where there is no report."""
        try:
            reading = self._reading(run, baseline)
        except DatelineError:
            return None
        report = reading.report
        return Choices(
            metrics=report.metrics,
            types=sorted({asked.type for asked in report.questions}),
            splits=sorted({question.split for question in reading.questions.values()}),
            compared=report.comparison is not None,
            test=is_held_back(reading, Choice("")),
        )

    def questions(self, run: str, baseline: str, choice: Choice, number: int = 0) -> Page:
        """Return a page of the questions of a choice.

        Without a metric it is by the first: a page tells of its lists before they have a value.
        """
        if not run:
            return Page(Markup(), 0)
        try:
            reading = self._reading(run, baseline)
            choice = replace(choice, metric=choice.metric or reading.report.metrics[0])
            found = rows(reading, choice)
        except DatelineError as error:
            return Page(evals_html.notice(str(error)), 0)
        number, first = _placed(number, len(found), PAGE)
        html = evals_html.questions(
            found[first : first + PAGE],
            first=first + 1,
            total=len(found),
            metric=choice.metric,
            held_back=is_held_back(reading, choice),
            compared=reading.report.comparison is not None,
        )
        return Page(html, number, first > 0, first + PAGE < len(found))

    def question(self, run: str, baseline: str, id_: str, *, test: bool) -> Markup:
        """Return one question with all that is known of it."""
        try:
            return evals_html.question(detail(self._reading(run, baseline), id_, test=test))
        except DatelineError as error:
            return evals_html.notice(str(error))

    def feedback(self, reader: str | None, verdict: str = "", number: int = 0) -> Page:
        """Return a page of what a reader, or anybody, said, of one verdict or any."""
        try:
            every = self._site.store.feedback(reader=reader)
            ids = self._drafts.ids()
        except DatelineError as error:
            return Page(evals_html.notice(str(error)), 0)
        found = [(said, exchange) for said, exchange in every if verdict in ("", said.verdict)]
        number, first = _placed(number, len(found), WORDS)
        shown = found[first : first + WORDS]
        html = evals_html.feedback(
            shown,
            first=first + 1,
            total=len(found),
            drafted={exchange.id: draft_id(exchange) in ids for _, exchange in shown},
        )
        return Page(html, number, first > 0, first + WORDS < len(found))

    def draft(self, reader: str | None, exchange: str) -> Made:
        """Make a draft gold question of an answer that was judged, or show the one there is.

        Of what others than `reader` said nothing enters it; None stands for everybody.
        """
        try:
            every = self._site.store.feedback(exchange, reader=reader)
            if not every:
                raise UsageError("No reader has said anything of that answer any more.")
            record = record_of(self._site.engine.library)
            made = self._drafts.make(every[0][1], [said for said, _ in every], record)
        except DatelineError as error:
            return Made(evals_html.notice(str(error)))
        return Made(evals_html.drafted(made), made.line)

    def _reading(self, run: str, baseline: str) -> Reading:
        return self._reports.reading(run, baseline or None)


_NONE = "none: figures alone"


def _name(stored: Stored | None) -> str:
    return stored.name if stored else ALONE


def _placed(number: int, total: int, size: int) -> tuple[int, int]:
    """Return the nearest page that there is, and the index of its first row."""
    last = max(0, (total - 1) // size)
    number = min(max(0, number), last)
    return number, number * size
