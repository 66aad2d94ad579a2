"""The text beneath an answer where there is nothing but text: its sources, or what is missing."""

from collections.abc import Sequence

from rag.reply import Citation, Reply
from ui.dates import readable
from ui.plain import plain


def sources_text(reply: Reply) -> str:
    """Return what stands beneath the answer, empty if there is nothing to say."""
    blocks = [
        reply.notice or "",
        _listed("Not in the articles", [plain(each) for each in reply.missing]),
        _listed("Sources", _places(reply.citations)),
        _listed("Nearest", _places(reply.nearest)),
    ]
    return "".join(f"\n\n{inert(block)}" for block in blocks if block)


def inert(text: str) -> str:
    """Return text in which no link and no picture of Markdown's is: it may be an article's."""
    return text.replace("](", "] (").replace("]:", "] :").replace("<", "‹")


def _listed(title: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{title}:", *(f"- {line}" for line in lines)]) if lines else ""


def _places(citations: Sequence[Citation]) -> list[str]:
    return [f"[{each.n}] {_place(each)}" for each in citations]


def _place(citation: Citation) -> str:
    parts = (
        citation.title,
        citation.outlet,
        readable(citation.published),
        citation.speaker,
        f"paragraph {citation.paragraph}",
    )
    place = ", ".join(plain(part) for part in parts if part)
    return f"{place}: {citation.deep_link}" if citation.deep_link else place
