"""A reply, written for people."""

from collections.abc import Iterable, Mapping, Sequence

from rich.console import Console
from rich.text import Text

from rag.answerer import EXTRACTIVE
from rag.reply import Citation, Reply, Sentence
from ui.dates import readable
from ui.output import show
from ui.plain import plain, shortened
from ui.pointed import by_number, pointed_quotation, pointed_sentence

QUOTE = 200
"""Characters of a quotation below its source."""

LEAST_COST = 0.0001
"""USD; what costs less is not told more exactly."""

DIM = "dim"
STRONG = "bold"
NUMBER = "cyan"
DRAFT = "dim strike"


def print_reply(screen: Console, reply: Reply) -> None:
    """Print the answer and its sources, or what is missing and what comes nearest."""
    if print_understood(screen, reply.question, reply.standalone_question):
        screen.print()
    cited = by_number(reply.citations)
    for sentence in reply.sentences:
        print_sentence(screen, sentence, cited)
    print_rest(screen, reply, drafts=any(map(is_draft, reply.sentences)))


def print_understood(screen: Console, question: str, standalone: str) -> bool:
    """Print how the question was read if it leant on the conversation; return whether it did."""
    leant = standalone.split() != question.split()
    if leant:
        show(screen, Text(f"Understood as: {plain(standalone)}", DIM))
    return leant


def is_draft(sentence: Sentence) -> bool:
    """Return whether a sentence did not stand up to the check."""
    return sentence.support == "unsupported"


def print_sentence(screen: Console, sentence: Sentence, cited: Mapping[int, Citation]) -> None:
    """Print a sentence with its markers, the exact answer strong; a draft struck through.

    `cited` are the citations by number, as far as they are known; a draft has no markers.
    """
    if is_draft(sentence):
        draft = plain(sentence.text)
        show(screen, Text.assemble((draft, DRAFT), (" (not in the source)", DIM)))
        return
    words = pointed_sentence(sentence, cited)
    line = Text.assemble(words.before, (words.exact, STRONG), words.after)
    marks = markers(sentence.citations)
    if marks and not line.plain.endswith(marks):
        line.append(f" {marks}", NUMBER)
    if sentence.support == "partial":
        line.append(" (only partly in the source)", DIM)
    show(screen, line)


def markers(numbers: Sequence[int]) -> str:
    """Return `[1][2]`."""
    return "".join(f"[{n}]" for n in numbers)


def print_rest(screen: Console, reply: Reply, *, drafts: bool) -> None:
    """Print all that follows the sentences; `drafts`: those left out have been shown.

    Accounts that differ need no line of their own: the last sentences tell them.
    """
    if reply.status == "abstained":
        _print_abstention(screen, reply)
    else:
        for missing in reply.missing:
            show(screen, Text(f"Not in the articles: {plain(missing)}", DIM))
    for note in _notes(reply, drafts=drafts):
        show(screen, Text(plain(note), DIM))
    if reply.status == "abstained":
        print_sources(screen, "What comes nearest", reply.nearest)
    else:
        print_sources(screen, "Sources", reply.citations)


def _print_abstention(screen: Console, reply: Reply) -> None:
    show(screen, Text(plain(reply.answer) or "The articles do not say.", STRONG))
    for missing in reply.missing:
        if missing not in reply.answer:
            show(screen, Text(f"Missing: {plain(missing)}"))


def _notes(reply: Reply, *, drafts: bool) -> Iterable[str]:
    """Yield why the answer is as it is, and who wrote it if not the articles themselves."""
    if reply.notice:
        yield reply.notice
    if reply.withheld and not drafts:
        count = "1 sentence" if reply.withheld == 1 else f"{reply.withheld} sentences"
        yield f"{count} left out: not supported by the sources."
    if reply.generator != EXTRACTIVE:
        yield f"Answer by {reply.generator}, every sentence checked ({_spent(reply)})."


def _spent(reply: Reply) -> str:
    used = reply.usage
    parts = [f"{reply.timings_ms.total / 1000:.1f} s"]
    if used.prompt_tokens or used.completion_tokens:
        parts.append(f"{used.prompt_tokens} tokens read, {used.completion_tokens} written")
    if used.cost_usd:
        told = max(used.cost_usd, LEAST_COST)
        parts.append(f"{'less than ' if told > used.cost_usd else ''}${told:.4f}")
    return ", ".join(parts)


def print_sources(screen: Console, heading: str, citations: Sequence[Citation]) -> None:
    """List citations: number, place, quotation, link."""
    if not citations:
        return
    screen.print()
    show(screen, Text(heading, STRONG))
    for citation in citations:
        line = Text.assemble((f"[{citation.n}] ", NUMBER), place_of(citation))
        show(screen, line)
        show(screen, _quotation(citation), indent=4)
        link = citation.deep_link or citation.url or citation.source
        show(screen, Text(plain(link), DIM), indent=4)


def _quotation(citation: Citation) -> Text:
    """Return the quotation's beginning, with the exact answer strong if all of it is there."""
    words = pointed_quotation(citation)
    whole = str(words)
    quote = shortened(whole, QUOTE)
    line = Text(f"“{quote}”", "italic")
    start, end = len(words.before), len(words.before) + len(words.exact)
    if quote.startswith(whole[:end]):
        line.stylize(STRONG, start + 1, end + 1)
    return line


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
