"""What the tab of the evals shows, as HTML; every text is escaped, links lead to permalinks."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from evals.report import wording
from evals.report.forest import forest
from evals.report.heat import heat
from evals.report.pictures import latency, recall, risk
from evals.report.report import Report
from evals.report.svg import Picture
from rag.reply import Citation, Reply
from ui import addresses
from ui.dates import readable
from ui.drafts import Draft
from ui.markup.answer import answer_html
from ui.markup.environment import held, said
from ui.report_rows import Detail, Row
from ui.reports import Reading
from ui.store.records import Exchange, Feedback, Verdict

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent
_TO_A_CITATION = re.compile(r'href="/answers/(?P<side>now|before)/(?P<kind>\w+)/(?P<number>\d+)"')

SAYINGS: Mapping[Verdict, str] = {
    "good": "Good",
    "bad": "Bad",
    "wrong_source": "Wrong source",
    "not_supported": "Not supported",
    "outdated": "Outdated",
    "incomplete": "Incomplete",
}
"""A verdict in a reader's words."""


def notice(sentence: str) -> Markup:
    """Return a sentence of ours: what is going on, or why there is nothing to see."""
    return _rendered("evals_notice.html.j2", sentence=sentence)


def no_run() -> Markup:
    """Return what to do where no run was made yet."""
    return _rendered("evals_none.html.j2", folder=str(Path.cwd()))


def verdict(reading: Reading) -> Markup:
    """Return the verdict with its reasons, the metrics that decide and the pictures."""
    return _rendered(
        "evals_verdict.html.j2", report=reading.report, pictures=_pictures(reading.report)
    )


def questions(
    rows: Sequence[Row], *, first: int, total: int, metric: str, held_back: bool, compared: bool
) -> Markup:
    """Return one page of a table of questions; `first` counts from 1."""
    return _rendered(
        "evals_questions.html.j2",
        rows=rows,
        first=first,
        total=total,
        metric=metric,
        held_back=held_back,
        compared=compared,
    )


def question(detail: Detail) -> Markup:
    """Return one question with what was expected, what was answered and every score."""
    return _rendered(
        "evals_question.html.j2",
        detail=detail,
        answer=_answer(detail.reply, "now"),
        before=_answer(detail.before, "before"),
    )


def feedback(
    words: Sequence[tuple[Feedback, Exchange]],
    *,
    first: int,
    total: int,
    drafted: Mapping[str, bool],
) -> Markup:
    """Return one page of what readers said; `drafted` tells, by exchange, if a draft is there."""
    return _rendered(
        "evals_feedback.html.j2",
        words=[(said, exchange, _place(said, exchange.reply)) for said, exchange in words],
        first=first,
        total=total,
        drafted=drafted,
        sayings=SAYINGS,
    )


def drafted(draft: Draft) -> Markup:
    """Return what became of a draft and what is left to do."""
    return _rendered("evals_draft.html.j2", draft=draft, folder=str(Path.cwd()))


def _pictures(report: Report) -> list[Picture]:
    first = [forest(report, report.comparison.decisive)] if report.comparison else []
    others = (recall(report), risk(report), latency(report))
    return [*first, heat(report), *(picture for picture in others if picture is not None)]


def _answer(reply: Reply | None, side: str) -> Markup | None:
    """Return a reply with links to the paragraphs, for a run's replies have no permalink."""
    if reply is None:
        return None
    lists = {"citations": reply.citations, "nearest": reply.nearest}

    def link(found: re.Match[str]) -> str:
        wanted = lists.get(found["kind"], [])
        cited = next((c for c in wanted if c.n == int(found["number"])), None)
        return f'href="{_paragraph(cited)}" target="_blank"' if cited else 'href="#"'

    html = answer_html(reply, side, acts=False)
    return Markup(_TO_A_CITATION.sub(link, html))  # noqa: S704 (an address is percent-encoded)


def _paragraph(cited: Citation) -> str:
    return addresses.paragraph(cited.article_id, cited.version, cited.paragraph)


def _place(said: Feedback, reply: Reply) -> tuple[str, str]:
    """Return what a reader's word is about, and the words there."""
    if said.citation is not None:
        numbered = (*reply.citations, *reply.nearest)
        cited = next((c for c in numbered if c.n == said.citation), None)
        return f"Citation {said.citation}", cited.quote if cited else ""
    if said.sentence is not None:
        there = reply.sentences[said.sentence - 1 : said.sentence]
        return f"Sentence {said.sentence}", there[0].text if there else ""
    return "The whole answer", ""


def _rendered(template: str, **values: object) -> Markup:
    return Markup(_environment().get_template(template).render(**values))  # noqa: S704 (escaped)


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: held(value) if type(value) is str else value,
    )
    made.filters |= {"said": said, "readable": readable}
    made.globals |= {"wording": wording, "addresses": addresses}
    return made
