"""Cut an article's paragraphs into passages that fit the embedding model's window."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rag.library.records import Paragraph, Passage, Sentence
from rag.models.embedder import Embedder, Span
from rag.sentences import sentence_spans

QUESTION = "Question"
"""The speaker that readers give to a reporter's question in a transcript."""

HEADER_SHARE = 0.3
"""At most this share of the window goes to the header; a longer title is cut."""

SPECIAL_TOKENS = 2
MOST_SPEAKERS = 3
LONGEST_WORD = 100
"""Characters of a run without a space beyond which it is counted and cut in pieces of four."""


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
        day = self.published[:10] if self.published else None
        parts = [self.title, self.outlet, day, ", ".join(speakers)]
        return " | ".join(part for part in parts if part)


def _shorten(title: str, embedder: Embedder, budget: int) -> str:
    spans = embedder.token_spans([title])[0]
    return title if len(spans) <= budget else title[: spans[budget - 1][1]].rstrip() + "…"


def _countable(tokens: Sequence[Span]) -> list[Span]:
    """Split tokens that stand for a very long run of letters, which models read as one unknown."""
    pieces: list[Span] = []
    for start, end in tokens:
        if end - start <= LONGEST_WORD:
            pieces.append((start, end))
        else:
            pieces.extend((at, min(at + 4, end)) for at in range(start, end, 4))
    return pieces


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
        for cut in range(0, max(1, len(inside)), budget):
            run = inside[cut : cut + budget]
            first = paragraph.start + (start if cut == 0 else run[0][0])
            last = paragraph.start + (end if cut + budget >= len(inside) else run[-1][1])
            yield _Unit(Sentence(paragraph.number, first, last), lead, len(run))
            lead = last
        lead = paragraph.start + end


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
    header_budget = int(embedder.window * HEADER_SHARE)
    title = _shorten(heading.title, embedder, header_budget // 2)
    heading = Heading(title, heading.outlet, heading.published)
    budget = embedder.window - SPECIAL_TOKENS - header_budget
    all_tokens = map(_countable, embedder.token_spans([text[p.start : p.end] for p in paragraphs]))
    by_number = {p.number: p for p in paragraphs}
    passages: list[Passage] = []
    current: list[_Unit] = []

    def close() -> None:
        if current:
            passages.append(_passage(current, by_number, heading))
            current.clear()

    for paragraph, tokens in zip(paragraphs, all_tokens, strict=True):
        asks = paragraph.speaker == QUESTION
        for unit in _units(text, paragraph, tokens, language, budget):
            if current and _closes(current, unit, asks, min(target, budget), budget):
                close()
            current.append(unit)
    close()
    return tuple(passages)


def _passage(units: Sequence[_Unit], paragraphs: dict[int, Paragraph], heading: Heading) -> Passage:
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
        header=heading.line(list(speakers)[:MOST_SPEAKERS]),
        sentences=tuple(unit.sentence for unit in units),
    )
