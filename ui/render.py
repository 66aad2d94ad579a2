"""A reply, written for people."""

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from rag.reply import Citation, Conflict, Reply, Sentence
from ui.dates import readable
from ui.output import show
from ui.plain import plain, shortened

QUOTE = 200
"""Characters of a quotation below its source."""

DIM = "dim"
STRONG = "bold"
NUMBER = "cyan"
_SUPPORT = {"partial": "only partly in the source", "unsupported": "not in the source"}


def print_reply(screen: Console, reply: Reply) -> None:
    """Print the answer and its sources, or what is missing and what comes nearest."""
    if reply.standalone_question.split() != reply.question.split():
        show(screen, Text(f"Understood as: {plain(reply.standalone_question)}", DIM))
        screen.print()
    if reply.status == "abstained":
        _print_abstention(screen, reply)
    else:
        _print_answer(screen, reply)


def _print_answer(screen: Console, reply: Reply) -> None:
    for sentence in reply.sentences:
        show(screen, _sentence(sentence))
    for missing in reply.missing:
        show(screen, Text(f"Not in the articles: {plain(missing)}", DIM))
    for conflict in reply.conflicts:
        _print_conflict(screen, conflict)
    print_sources(screen, "Sources", reply.citations)


def _sentence(sentence: Sentence) -> Text:
    line = Text(plain(sentence.text))
    marks = "".join(f"[{n}]" for n in sentence.citations)
    if marks and not line.plain.endswith(marks):
        line.append(f" {marks}", NUMBER)
    if note := _SUPPORT.get(sentence.support):
        line.append(f" ({note})", DIM)
    return line


def _print_conflict(screen: Console, conflict: Conflict) -> None:
    show(screen, Text(f"Accounts differ: {plain(conflict.topic)}", STRONG))
    for position in conflict.positions:
        line = Text(f"{plain(position.party)}: {plain(position.claim)} ")
        line.append("".join(f"[{n}]" for n in position.citations), NUMBER)
        show(screen, line, indent=2)


def _print_abstention(screen: Console, reply: Reply) -> None:
    show(screen, Text(plain(reply.answer) or "The articles do not say.", STRONG))
    for missing in reply.missing:
        if missing not in reply.answer:
            show(screen, Text(f"Missing: {plain(missing)}"))
    print_sources(screen, "What comes nearest", reply.nearest)


def print_sources(screen: Console, heading: str, citations: Sequence[Citation]) -> None:
    """List citations: number, place, quotation, link."""
    if not citations:
        return
    screen.print()
    show(screen, Text(heading, STRONG))
    for citation in citations:
        line = Text.assemble((f"[{citation.n}] ", NUMBER), place_of(citation))
        show(screen, line)
        quote = shortened(plain(citation.quote), QUOTE)
        show(screen, Text(f"“{quote}”", "italic"), indent=4)
        link = citation.deep_link or citation.url or citation.source
        show(screen, Text(plain(link), DIM), indent=4)


def place_of(citation: Citation) -> str:
    """Return title, outlet, date, paragraph and speaker on one line."""
    numbers = citation.paragraphs or [citation.paragraph]
    paragraphs = paragraphs_in_words(numbers[0], numbers[-1])
    return joined(
        citation.title, citation.outlet, readable(citation.published), paragraphs, citation.speaker
    )


def paragraphs_in_words(first: int, last: int) -> str:
    """Return `paragraph 3` or `paragraphs 3 to 5`."""
    return f"paragraph {first}" if first == last else f"paragraphs {first} to {last}"


def joined(*parts: str | None) -> str:
    """Return the parts that are there, harmless, separated by commas."""
    return ", ".join(plain(part) for part in _given(parts))


def _given(parts: Iterable[str | None]) -> Iterable[str]:
    return (part for part in parts if part)
