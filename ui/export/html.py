"""A conversation as one web page that needs nothing else: no script, no network, no fonts."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from evals.report.visible import one_line, visible
from ui.dates import readable
from ui.export import wording
from ui.export.record import NOTHING_ASKED, Record
from ui.export.references import Reference, references

if TYPE_CHECKING:
    from jinja2 import Template

_FOLDER = Path(__file__).parent
_POLICY = "default-src 'none'; style-src {style}; base-uri 'none'; form-action 'none'"


def write(record: Record) -> str:
    """Return the file's text. Every text of articles, questions and answers is escaped."""
    style = (_FOLDER / "conversation.css").read_text(encoding="utf-8")
    answers = [
        (number, exchange, references(number, exchange))
        for number, exchange in enumerate(record.exchanges, start=1)
    ]
    return _template().render(
        record=record,
        title=one_line(record.conversation.title) or "Conversation",
        answers=answers,
        nothing=NOTHING_ASKED,
        style=Markup(style),  # noqa: S704 (our own file)
        policy=_POLICY.format(style=_digest(style)),
    )


def _digest(text: str) -> str:
    """What a page's policy calls the one style that it allows."""
    sha = hashlib.sha256(text.encode("utf-8")).digest()
    return f"'sha256-{base64.b64encode(sha).decode('ascii')}'"


@cache
def _template() -> "Template":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_final,
    )
    made.filters |= {"said": _said, "hover": _hover}
    made.globals |= {"wording": wording}
    return made.get_template("conversation.html.j2")


def _final(value: object) -> object:
    """Show what is hidden in any text that is put into the page."""
    return visible(value) if type(value) is str else value


def _said(text: str) -> Markup:
    """A text that others wrote, kept apart from ours, whichever way it runs."""
    return Markup('<bdi dir="auto">{}</bdi>').format(escape(visible(text)))


def _hover(reference: Reference) -> str:
    """Return outlet and date, for who points at a number."""
    citation = reference.citation
    told = citation.outlet or citation.title, readable(citation.published) or "undated"
    return one_line(", ".join(told))
