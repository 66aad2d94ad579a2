"""A conversation as the chat shows it: a message for each question, one for each answer."""

import re
from collections.abc import Sequence
from typing import TypedDict

from markupsafe import Markup

from ui.markup.answer import answer_html
from ui.site import Site
from ui.store.records import Exchange, Feedback, Verdict

# Colon, at sign and the stop after "www" would make links of addresses.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~&$!:@]|(?<=www)\.", re.IGNORECASE)
_LINE_START = re.compile(r"^(\s*\d*)([-+=.)])", re.MULTILINE)
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]<>#|~&$!:@.)+=-])")

SAYINGS: dict[str, Verdict] = {
    "Like": "good",
    "Dislike": "bad",
    "Wrong source": "wrong_source",
    "Not supported": "not_supported",
    "Outdated": "outdated",
    "Incomplete": "incomplete",
}
"""What the chat calls each verdict; it draws the first two as thumbs."""

_SAID = {verdict: saying for saying, verdict in SAYINGS.items()}


class Message(TypedDict):
    """What `gr.Chatbot` takes."""

    role: str
    content: str


def as_typed(shown: str) -> str:
    """Return a question as it was typed, from the Markdown that shows it."""
    return _ESCAPED.sub(r"\1", shown)


def question_message(question: str) -> Message:
    """Return a question, escaped: the chat reads what is typed as Markdown."""
    plain = _SPECIAL.sub(lambda found: f"\\{found[0]}", question.strip())
    return {"role": "user", "content": _LINE_START.sub(r"\1\\\2", plain)}


def answer_message(html: Markup) -> Message:
    """Return an answer, one block of HTML to the chat's Markdown."""
    return {"role": "assistant", "content": f'<div class="turn">{html}</div>'}


def messages_of(exchanges: Sequence[Exchange], offered: Sequence[str] = ()) -> list[Message]:
    """Return a stored conversation; `offered` are questions below its last answer."""
    found: list[Message] = []
    for exchange in exchanges:
        offers = offered if exchange is exchanges[-1] else ()
        html = answer_html(exchange.reply, exchange.id, suggestions=offers)
        found += [question_message(exchange.reply.question), answer_message(html)]
    return found


def sayings_of(site: Site, reader: str, exchanges: Sequence[Exchange]) -> list[str | None]:
    """Return what a reader said of each whole answer, as the chat calls it."""
    return [_saying(site, reader, exchange.id) for exchange in exchanges]


def _saying(site: Site, reader: str, exchange: str) -> str | None:
    found = site.store.feedback(exchange, reader=reader)
    whole = (said for said, _ in found if _is_whole(said))
    return next((_SAID[said.verdict] for said in whole), None)


def _is_whole(said: Feedback) -> bool:
    return said.sentence is None and said.citation is None
