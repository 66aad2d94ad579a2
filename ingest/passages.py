"""Cut an article's paragraphs into passages that fit the embedding model's window."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain

from rag.library.records import Paragraph, Passage, Sentence
from rag.models.embedder import Embedder, Span
from rag.sentences import sentence_spans

QUESTION = "Question"
"""The speaker that readers give to a reporter's question in a transcript."""

HEADER_SHARE = 0.3
"""At most this share of the window goes to the header; a longer title is cut."""

SPECIAL_TOKENS = 2
STRETCH = 1.1
"""A passage may be longer than was aimed for by this factor, to end with a paragraph."""

TITLE_TOKENS = 24
"""Of a longer title only the beginning is embedded with every passage: it is read each time."""

SPEAKER_TOKENS = 16
"""Room kept in the header for the names of a passage's speakers."""

MOST_SPEAKERS = 3
LONGEST_WORD = 100
"""Characters of a run without a space beyond which each of them is counted as a token."""


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, or a piece of one that alone exceeds the budget.

    `lead` is where its text begins when it opens a passage: for the first sentence of a
    paragraph that includes the speaker's mark.
    """

    sentence: Sentence
    lead: int
    tokens: int


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands before the text of every passage of an article when it is embedded."""

    title: str
    outlet: str | None
    published: str | None

    def line(self, speakers: Sequence[str]) -> str:
        """Return title, outlet, date and speakers on one line."""
        parts = [self.title, self.outlet, (self.published or "")[:10], ", ".join(speakers)]
        return " | ".join(part for part in parts if part)


def _shorten(line: str, embedder: Embedder, budget: int) -> str:
    """Return the line, cut at a word if it has more tokens than the budget."""
    tokens = _countable(embedder.token_spans([line])[0])
    if len(tokens) <= budget:
        return line
    fitting = _run_end(line, tokens, 0, budget - 1)  # one is for the ellipsis
    return line[: tokens[fitting - 1][1]].rstrip() + "…"


def _headers(heading: Heading, embedder: Embedder, budget: int) -> Callable[[tuple[str, ...]], str]:
    """Return what writes the header for a passage's speakers, within a budget of tokens."""

    @cache
    def header(speakers: tuple[str, ...]) -> str:
        return _shorten(heading.line(speakers), embedder, budget)

    return header


def _countable(tokens: Sequence[Span]) -> list[Span]:
    """Split tokens that stand for a very long run of letters, which models read as one unknown.

    A part of the run that is short enough to be read may have as many tokens as letters.
    """
    pieces: list[Span] = []
    for start, end in tokens:
        if end - start <= LONGEST_WORD:
            pieces.append((start, end))
        else:
            pieces.extend((at, at + 1) for at in range(start, end))
    return pieces


def _parts_words(letter: str) -> bool:
    """Whether tokenizers end a word at this character."""
    ascii_mark = letter.isascii() and not letter.isalnum()
    return ascii_mark or unicodedata.category(letter).startswith("P")


def _run_end(text: str, tokens: Sequence[Span], begin: int, budget: int) -> int:
    """Return where a run of at most `budget` tokens that begins at one ends, between two words.

    A word cut in two may have more tokens than the whole; it is cut only if it fills the run.
    """
    full = begin + budget
    if full >= len(tokens):
        return len(tokens)
    for end in range(full, begin, -1):
        (_, before), (after, _) = tokens[end - 1], tokens[end]
        marked = before == after and (_parts_words(text[before - 1]) or _parts_words(text[after]))
        if before < after or marked:
            return end
    # A character (a syllable of Hangul, for one) may be several tokens: it is never cut.
    for end in chain(range(full, begin, -1), range(full + 1, len(tokens))):
        if tokens[end - 1][1] <= tokens[end][0]:
            return end
    return len(tokens)


def _units(
    text: str, paragraph: Paragraph, tokens: Sequence[Span], language: str, budget: int
) -> Iterator[_Unit]:
    """Cut one paragraph into sentences, and a sentence beyond the budget into runs of tokens."""
    body = text[paragraph.start : paragraph.end]
    position = 0
    lead = paragraph.start
    for start, end in sentence_spans(body, language) or [(0, len(body))]:
        inside: list[Span] = []
        while position < len(tokens) and tokens[position][0] < end:
            inside.append(tokens[position])
            position += 1
        used, first = 0, start
        opening = _run_end(body, inside, 0, budget)
        if opening < len(inside) and inside[opening][0] <= start:
            first = inside[0][0]  # a speaker's mark that alone fills a passage is text
        while first < end:
            stop = _run_end(body, inside, used, budget)
            until = inside[stop][0] if stop < len(inside) else end
            cut = first + len(body[first:until].rstrip())
            sentence = Sentence(paragraph.number, paragraph.start + first, paragraph.start + cut)
            yield _Unit(sentence, lead, stop - used)
            lead = paragraph.start + cut
            used, first = stop, until


def _closes(
    current: Sequence[_Unit], unit: _Unit, starts_turn: bool, target: int, budget: int
) -> bool:
    """Whether the passage ends before this unit.

    A paragraph is not left for the next while the target is not reached; within a paragraph the
    whole budget is used; a reporter's question opens a passage, so that its answer follows it.
    """
    used = sum(u.tokens for u in current)
    if used + unit.tokens > budget:
        return True
    if unit.sentence.paragraph == current[-1].sentence.paragraph:
        return False
    return used >= target or (starts_turn and used >= target // 3)


def cut_passages(
    text: str,
    paragraphs: Sequence[Paragraph],
    heading: Heading,
    embedder: Embedder,
    *,
    target: int,
    language: str = "en",
) -> tuple[Passage, ...]:
    """Return the passages of a version's clean text, in order.

    Short paragraphs share a passage until `target` tokens are reached, long ones are split at
    sentences; header and text together never exceed the model's window. A question in a
    transcript stays with the beginning of its answer.
    """
    most = int(embedder.window * HEADER_SHARE)
    title = _shorten(heading.title, embedder, min(TITLE_TOKENS, most // 2))
    heading = Heading(title, heading.outlet, heading.published)
    alone = len(_countable(embedder.token_spans([heading.line(())])[0]))
    header_budget = min(most, alone + SPEAKER_TOKENS)
    header = _headers(heading, embedder, header_budget)
    budget = min(embedder.window - SPECIAL_TOKENS - header_budget, int(target * STRETCH))
    all_tokens = map(_countable, embedder.token_spans([text[p.start : p.end] for p in paragraphs]))
    by_number = {p.number: p for p in paragraphs}
    passages: list[Passage] = []
    current: list[_Unit] = []

    def close() -> None:
        if current:
            passages.append(_passage(current, by_number, header))
            current.clear()

    for paragraph, tokens in zip(paragraphs, all_tokens, strict=True):
        asks = paragraph.speaker == QUESTION
        for unit in _units(text, paragraph, tokens, language, budget):
            if current and _closes(current, unit, asks, min(target, budget), budget):
                close()
            current.append(unit)
    close()
    return tuple(passages)


def _passage(
    units: Sequence[_Unit],
    paragraphs: dict[int, Paragraph],
    header: Callable[[tuple[str, ...]], str],
) -> Passage:
    numbers = dict.fromkeys(unit.sentence.paragraph for unit in units)
    speakers = dict.fromkeys(
        name for n in numbers if (name := paragraphs[n].speaker) and name != QUESTION
    )
    opening = units[0]
    at_paragraph = opening.lead == paragraphs[opening.sentence.paragraph].start
    return Passage(
        start=opening.lead if at_paragraph else opening.sentence.start,
        end=units[-1].sentence.end,
        first=opening.sentence.paragraph,
        last=units[-1].sentence.paragraph,
        header=header(tuple(speakers)[:MOST_SPEAKERS]),
        sentences=tuple(unit.sentence for unit in units),
    )
