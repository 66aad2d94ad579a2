"""Small pieces of the page, each from the template beside this module that has its name."""

from collections.abc import Sequence
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from ui import addresses
from ui.dates import readable
from ui.store.records import Conversation

FORMATS = {
    "Markdown": "markdown",
    "HTML": "html",
    "JSON": "json",
    "BibTeX": "bibtex",
    "CSL-JSON": "csl",
}


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("ui.web", "."), autoescape=True, undefined=StrictUndefined
    )
    made.filters["readable"] = readable
    return made


def _made(name: str, **values: object) -> Markup:
    return Markup(_environment().get_template(f"{name}.html.j2").render(values))  # noqa: S704


def conversations_html(
    conversations: Sequence[Conversation], *, current: str, words: str = ""
) -> Markup:
    """Return the list of a reader's conversations, each a link that reopens it."""
    return _made("conversations", conversations=conversations, current=current, words=words)


def exports_html(current: str) -> Markup:
    """Return the links that save a conversation as a file; nothing if there is none."""
    return _made("exports", current=current, formats=FORMATS.items(), address=addresses.export)


def welcome_html(articles: int, questions: Sequence[str]) -> Markup:
    """Return what stands in the chat before the first question."""
    return _made("welcome", articles=articles, questions=questions)


def notice_html(sentence: str) -> Markup:
    """Return a sentence of ours where an answer would stand."""
    return _made("notice", sentence=sentence)
