"""Replies and passages as text for a model that is shown no more than that."""

from collections.abc import Iterable, Sequence

from rag.reply import Citation, Conflict, Reply
from rag.search import PassageFound
from ui.dates import readable
from ui.service.article_bodies import OpenedParagraph

NONE = "No passage passes these filters."


def reply_words(reply: Reply) -> str:
    """Return an answer with its sources, or what is missing with what comes nearest."""
    if reply.status == "abstained":
        missing = "\n".join(f"- {each}" for each in reply.missing)
        parts = ["The articles do not answer this.", missing, *_sources("Nearest", reply.nearest)]
    else:
        missing = "\n".join(f"Not in the articles: {each}" for each in reply.missing)
        accounts = [_accounts(conflict) for conflict in reply.conflicts]
        parts = [reply.answer, *accounts, missing, *_sources("Sources", reply.citations)]
    return "\n\n".join(part for part in [*parts, reply.notice] if part)


def passages_words(found: Sequence[PassageFound]) -> str:
    """Return the passages, each with where it stands."""
    return "\n\n".join(map(_passage, found)) or NONE


def paragraph_words(opened: OpenedParagraph) -> str:
    """Return a paragraph between those around it."""
    around = [opened.before, opened.after]
    before, after = (f"[{each.number}] {each.text}" if each else "" for each in around)
    place = _joined(
        opened.title, opened.outlet, readable(opened.published), opened.speaker,
        _at(opened.article_id, opened.version, opened.paragraph), opened.deep_link,
    )  # fmt: skip
    this = f"[{opened.paragraph}] {opened.text}"
    return "\n\n".join(part for part in (place, before, this, after) if part)


def _sources(heading: str, citations: Iterable[Citation]) -> list[str]:
    lines = [_source(citation) for citation in citations]
    return [f"{heading}:\n" + "\n".join(lines)] if lines else []


def _source(citation: Citation) -> str:
    place = _joined(
        citation.outlet, readable(citation.published), citation.speaker, citation.title,
        _at(citation.article_id, citation.version, citation.paragraph), citation.deep_link,
    )  # fmt: skip
    return f"[{citation.n}] “{citation.quote}” – {place}"


def _passage(passage: PassageFound) -> str:
    first, last = passage.paragraphs
    place = _joined(
        passage.title, passage.outlet, readable(passage.published), *passage.speakers,
        _at(passage.article_id, passage.version, first, last), passage.url,
    )  # fmt: skip
    return f"{place}\n“{passage.text}”"


def _accounts(conflict: Conflict) -> str:
    lines = [
        f"- {position.party}: {position.claim} "
        + "".join(f"[{number}]" for number in position.citations)
        for position in conflict.positions
    ]
    return "\n".join([f"Accounts differ on {conflict.topic}:", *lines])


def _at(article: str, version: int, first: int, last: int | None = None) -> str:
    numbers = f"paragraph {first}" if last in {None, first} else f"paragraphs {first}–{last}"
    return f"article {article}, version {version}, {numbers}"


def _joined(*parts: str | None) -> str:
    return ", ".join(part for part in parts if part)
