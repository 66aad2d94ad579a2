"""The exact answer inside a quotation, where a reader pointed at one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from unicodedata import category

from rag.compose import as_told
from rag.reader.reading import Reading
from rag.reply import Citation, Highlight, Sentence
from rag.retrieve import Found

SURE = 0.3
"""Probability that the answer lies in a quotation from which it is pointed at.

Of the dev split's 361 citations 93 reach it; in 58 of 100 of those what is pointed at has the gold
answer's words. From .5 it were 61 and from .9 67, with fewer of them.
"""

LARGEST = 0.75
"""Share of a quotation's characters beyond which an answer would not stand out in it."""

_KEPT = frozenset("%‰٪％")
"""Punctuation to Unicode, but part of a figure."""

_LEFT, _RIGHT = "\ue000", "\ue001"
"""Characters for private use, put at the edges of an answer to see where they come to lie."""


@dataclass(frozen=True, slots=True)
class _Read:
    """A quotation as a reader saw it: `start` is its first character in the passage's text."""

    reading: Reading
    start: int
    probability: float


def highlighted(citations: Sequence[Citation], found: Found) -> list[Citation]:
    """Return the citations, with their highlights where what was read gives one.

    Of several passages that hold a quotation whole the one counts whose reading is surest of it.
    """
    return [_with_highlight(citation, found) for citation in citations]


def probability(citation: Citation, found: Found) -> float:
    """Return the probability that the answer lies in a quotation; 0 if it was not read."""
    surest = _surest(citation, found)
    return surest.probability if surest else 0.0


def within(citation: Citation) -> tuple[int, int] | None:
    """Return the characters of the quotation that are the exact answer; None if it has none.

    None too if the two do not agree, as in a reply that was made elsewhere.
    """
    if citation.highlight is None:
        return None
    start, end = (n - citation.start for n in (citation.highlight.start, citation.highlight.end))
    agrees = 0 <= start < end and citation.quote[start:end] == citation.highlight.text
    return (start, end) if agrees else None


def place_in(sentence: Sentence, citation: Citation) -> tuple[int, int] | None:
    """Return the characters of a sentence's text that are its citation's exact answer.

    None unless the sentence ends with the whole quotation, told as `rag.compose` does: only then
    is the place certain.
    """
    inside, quote = within(citation), citation.quote
    if inside is None or _LEFT in quote or _RIGHT in quote:
        return None
    start, end = inside
    marked = f"{quote[:start]}{_LEFT}{quote[start:end]}{_RIGHT}{quote[end:]}"
    before, _, rest = as_told(marked, citation.published).partition(_LEFT)
    answer, _, after = rest.partition(_RIGHT)
    told = as_told(quote, citation.published)
    # A mark inside "the day before yesterday" would have made another day of it.
    if before + answer + after != told or not sentence.text.endswith(told):
        return None
    first = len(sentence.text) - len(told) + len(before)
    return first, first + len(answer)


def _with_highlight(citation: Citation, found: Found) -> Citation:
    surest = _surest(citation, found)
    if surest is None or surest.probability < SURE:
        return citation
    length = len(citation.quote)
    span = surest.reading.best_span(surest.start, surest.start + length)
    if span is None:
        return citation
    start, end = _trimmed(citation.quote, span.start - surest.start, span.end - surest.start)
    text = citation.quote[start:end]
    if end - start > LARGEST * length or not any(letter.isalnum() for letter in text):
        return citation
    shown = Highlight(start=citation.start + start, end=citation.start + end, text=text)
    return citation.model_copy(update={"highlight": shown})


def _surest(citation: Citation, found: Found) -> _Read | None:
    return max(_readings(citation, found), key=lambda read: read.probability, default=None)


def _readings(citation: Citation, found: Found) -> Iterator[_Read]:
    """Yield what was read of a quotation, once for each passage of its version that holds it."""
    for hit in found.hits:
        passage, reading = hit.passage, hit.reading
        place = passage.article_id, passage.version_number
        start, end = citation.start - passage.start, citation.end - passage.start
        if reading is None or place != (citation.article_id, citation.version) or start < 0:
            continue
        if reading.text[start:end] == citation.quote:
            yield _Read(reading, start, reading.span_probabilities([(start, end)])[0])


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Return a span without the blanks and the punctuation at its edges."""
    while start < end and _is_edge(text[start]):
        start += 1
    while start < end and _is_edge(text[end - 1]):
        end -= 1
    return start, end


def _is_edge(letter: str) -> bool:
    """Whether a character is punctuation, blank or unseen; signs of currency are none of these."""
    return category(letter)[0] in "PZC" and letter not in _KEPT
