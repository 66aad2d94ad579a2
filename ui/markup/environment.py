"""The templates of this package: every text is escaped, no line is blank, HTML can hold it all."""

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from ui.markup.web_address import web_address
from ui.plain import plain

if TYPE_CHECKING:
    from jinja2 import Environment

FOLDER = Path(__file__).parent

# What an HTML document cannot hold: controls that are not white space, lone surrogates.
_NOT_HELD = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


def render(template: str, **values: object) -> Markup:
    """Return a template filled in, without blank lines: to Markdown it is one block of HTML."""
    html = _environment().get_template(template).render(**values)
    # No text holds a line end of its own, see `held`: the lines are the template's.
    return Markup("\n".join(line for line in html.split("\n") if line.strip()))  # noqa: S704


def held(text: str) -> Markup:
    """Return a text as HTML that shows it as it is, on one line of the page's source."""
    whole = _NOT_HELD.sub("\N{REPLACEMENT CHARACTER}", text)
    escaped = str(escape(whole)).replace("\n", "&#10;").replace("\r", "&#13;")
    return Markup(escaped)  # noqa: S704 (escaped above)


def said(text: str | None) -> Markup:
    """Return a short text that others wrote, kept apart from ours whichever way it runs."""
    return Markup('<bdi dir="auto">{}</bdi>').format(held(plain(text or "")))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_final,
    )
    made.filters |= {"said": said, "plain": plain, "web_address": web_address}
    return made


def _final(value: object) -> object:
    return held(value) if type(value) is str else value
