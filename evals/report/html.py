"""The report as one HTML file that needs nothing else: no network, no fonts, no images."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from evals.compare import Compared
from evals.flip import is_right
from evals.report import wording
from evals.report.forest import forest
from evals.report.heat import heat
from evals.report.pictures import latency, recall, risk
from evals.report.report import Asked, Report
from evals.report.svg import Picture
from evals.report.visible import visible
from evals.scored import Scorer

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = Path(__file__).parent
_TEMPLATE = "report.html.j2"


def page(report: Report) -> str:
    """Return the page. Every text of articles, questions and answers is escaped."""
    style, script = (_text(name) for name in ("report.css", "report.js"))
    template = _environment().get_template(_TEMPLATE)
    return template.render(
        report=report,
        pictures=_pictures(report),
        advising=_advising(report),
        style=Markup(style),  # noqa: S704 (our own files)
        script=Markup(script),  # noqa: S704
        policy=f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}",
    ).lstrip()


def _text(name: str) -> str:
    return (_FOLDER / name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """What a page's policy calls the one script or style that it allows."""
    sha = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(sha).decode('ascii')}'"


def _pictures(report: Report) -> list[Picture]:
    compared = report.comparison
    first = [forest(report, compared.decisive)] if compared else []
    others = (recall(report), risk(report), latency(report))
    return [*first, heat(report), *(picture for picture in others if picture is not None)]


def _advising(report: Report) -> Picture | None:
    """The metrics that decide nothing, as far as they changed."""
    compared = report.comparison
    metrics = [compared.metrics[name] for name in report.metrics] if compared else []
    changed = [metric for metric in metrics if _moved(metric)]
    if not changed:
        return None
    title = "Difference of the other metrics that changed"
    return forest(report, changed, "advising", title)


def _moved(metric: Compared) -> bool:
    return not metric.primary and any(metric.interval or ())


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_final,
    )
    made.filters |= {
        "said": _said,
        "state": _state,
        "changed": _changed,
    }
    made.globals |= {"wording": wording}
    return made


def _final(value: object) -> object:
    """Show what is hidden in any text that is put into the page."""
    return visible(value) if type(value) is str else value


def _said(text: str) -> Markup:
    """A text that others wrote, kept apart from ours, whichever way it runs."""
    return Markup('<bdi dir="auto">{}</bdi>').format(escape(visible(text)))


def _state(asked: Asked, metric: str, scorer: Scorer) -> str:
    """Return whether a question is right by a metric: `right`, `wrong`, or why neither."""
    score = asked.scores[metric]
    if score.status != "ok" or score.value is None:
        return score.status
    if scorer.direction == "neutral":
        return "neutral"
    return "right" if is_right(score.value, scorer) else "wrong"


def _changed(asked: Asked, metric: str) -> str:
    """Return how a metric of a question flipped: `worse`, `better`, `other`, or nothing."""
    found = next((change for change in asked.changes if change.metric == metric), None)
    if found is None:
        return ""
    return {True: "worse", False: "better", None: "other"}[found.worse]
