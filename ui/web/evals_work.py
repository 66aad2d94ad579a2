"""The handlers of the tab of the evals as the page calls them: values in, updates out."""

import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import gradio as gr

from ui.readers import name_of, reader_of
from ui.site import Site

if TYPE_CHECKING:
    from ui.report_rows import Choice
    from ui.web.evals_handlers import EvalsHandlers, Page, Runs

ANY = ("any", "")

Updates = tuple[Any, ...]

QUESTIONS = 12
"""Outputs that the questions of a run fill: seven filters, the open question, a page of four."""


class EvalsWork:
    """Makes the handlers when the tab is first opened: the page must not wait for the evals."""

    def __init__(self, site: Site) -> None:
        """Make nothing yet."""
        self._site = site
        self._lock = threading.Lock()
        self._made: EvalsHandlers | None = None

    @property
    def handlers(self) -> "EvalsHandlers":
        """The handlers of the site."""
        from ui.web.evals_handlers import EvalsHandlers

        with self._lock:
            self._made = self._made or EvalsHandlers(self._site)
            return self._made

    def opened(
        self, run: str | None, baseline: str | None, metric: str | None
    ) -> Iterator[Updates]:
        """Yield the runs there are and that one is being read, its verdict, then its questions.

        All of it comes of one event: another, begun when this one ends, could still be given the
        lists as they were before.
        """
        yield from self._told(self.handlers.runs(run or "", baseline), metric)

    def chosen(self, run: str | None, metric: str | None) -> Iterator[Updates]:
        """Yield the same for another run, against its usual baseline."""
        yield from self._told(self.handlers.runs(run or ""), metric)

    def _told(self, runs: "Runs", metric: str | None) -> Iterator[Updates]:
        there = bool(runs.run)
        run = gr.update(choices=list(runs.runs), value=runs.run or None, visible=there)
        against = gr.update(choices=list(runs.baselines), value=runs.baseline, visible=there)
        html = ""
        for html in self.handlers.verdict(runs.run, runs.baseline):
            yield run, against, html, *(gr.skip() for _ in range(QUESTIONS))
        yield run, against, html, *self._narrowed(runs.run, runs.baseline, metric)

    def _narrowed(self, run: str, baseline: str, metric: str | None) -> Updates:
        """Return how the questions can be narrowed: all that `listed` takes, nothing chosen.

        The metric stays, if the run has it; the question that was open is closed. Then the first
        page of the questions.
        """
        found = self.handlers.choices(run, baseline) if run else None
        if found is None:
            hidden = (gr.update(visible=False) for _ in range(7))
            return *hidden, "", *_page(self.handlers.questions(run, baseline, _choice()))
        metric = metric if metric in found.metrics else found.metrics[0]
        types = [ANY, *((type_.replace("_", " "), type_) for type_ in found.types)]
        splits = [ANY, *((split, split) for split in found.splits)]
        return (
            gr.update(choices=list(found.metrics), value=metric, visible=True),
            gr.update(choices=types, value="", visible=True),
            gr.update(choices=splits, value="", visible=len(found.splits) > 1),
            gr.update(value="", visible=True),
            gr.update(value="", visible=found.compared),
            gr.update(value="", visible=True),
            gr.update(value=False, visible=found.test),
            "",
            *_page(self.handlers.questions(run, baseline, _choice(metric))),
        )

    def listed(
        self,
        _request: gr.Request,
        number: int,
        run: str | None,
        baseline: str | None,
        *asked: Any,  # noqa: ANN401 (the values of the filters)
    ) -> Updates:
        """Return a page of the questions, its number, and whether there is one before and after."""
        return _page(self.handlers.questions(run or "", baseline or "", _choice(*asked), number))

    def question(
        self, run: str | None, baseline: str | None, test: bool | None, event: gr.EventData
    ) -> str:
        """Return the question whose button was pressed."""
        return self.handlers.question(run or "", baseline or "", str(event.id), test=bool(test))

    def said(self, request: gr.Request, number: int, verdict: str | None) -> Updates:
        """Return a page of what the reader, or for an editor anybody, said; as `listed`."""
        return _page(self.handlers.feedback(self._whose(request), verdict or "", number))

    def drafted(self, request: gr.Request, event: gr.EventData) -> Updates:
        """Make a draft of the answer whose button was pressed; return how it went and the line."""
        made = self.handlers.draft(self._whose(request), str(event.id))
        return made.html, gr.update(value=made.line, visible=bool(made.line))

    def _whose(self, request: gr.Request) -> str | None:
        """Return the reader whose words may be shown; None for everybody's."""
        reader = reader_of(request)
        return None if name_of(reader) in self._site.settings.editors else reader


def _choice(
    metric: str | None = None,
    type_: str | None = None,
    split: str | None = None,
    state: str | None = None,
    flipped: str | None = None,
    words: str | None = None,
    test: bool | None = None,
) -> "Choice":
    from ui.report_rows import Choice

    return Choice(
        metric=metric or "",
        type=type_ or "",
        split=split or "",
        state=state or "",
        flipped=flipped or "",
        words=words or "",
        test=bool(test),
    )


def _page(page: "Page") -> Updates:
    return (
        page.html,
        page.number,
        gr.update(visible=page.before or page.after, interactive=page.before),
        gr.update(visible=page.before or page.after, interactive=page.after),
    )
