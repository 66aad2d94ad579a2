"""A text read once for checking claims against it: sentences with all that can be compared."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from rag.analysis import content_terms, terms, words
from rag.attribution import speakers
from rag.canonical import canonical
from rag.names import initials_of
from rag.polarity import denials
from rag.quantities import Quantity, quantities
from rag.quotations import in_a_row
from rag.sentences import sentence_spans
from rag.stated_dates import Stated, stated_dates

CACHED = 2048
"""Texts that are kept as read: an answer's sentences cite the same few paragraphs."""


@dataclass(frozen=True, slots=True)
class ReadSentence:
    """A sentence: the terms that carry meaning, and what it states.

    `denied` holds the terms that it denies, each with the terms of the clause.
    """

    text: str
    terms: frozenset[str]
    denied: Mapping[str, frozenset[str]]
    numbers: tuple[Quantity, ...]
    dates: tuple[Stated, ...]
    speakers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text: its sentences, and over all of them what they state.

    `words_apart` are the index forms of all words, stop words too; `in_a_row` is all words as
    `quotations.stands_in` wants them.
    """

    sentences: tuple[ReadSentence, ...]
    terms: frozenset[str]
    words_apart: frozenset[str]
    initials: frozenset[str]
    in_a_row: str
    numbers: tuple[Quantity, ...]
    dates: tuple[Stated, ...]
    values: frozenset[Decimal]
    years: frozenset[int]

    def has_sentence(self, claim: str) -> bool:
        """Whether the claim is a sentence of the text, to the letter."""
        return any(claim == sentence.text for sentence in self.sentences)


@lru_cache(maxsize=CACHED)
def read(text: str, published: str | None = None) -> Reading:
    """Read a text of one or several paragraphs; no sentence goes on over a line's end."""
    sentences = tuple(
        read_sentence(" ".join(line[start:end].split()), published)
        for line in text.splitlines()
        if line.strip()
        for start, end in sentence_spans(line)
    )
    numbers = tuple(number for s in sentences for number in s.numbers)
    dates = tuple(stated for s in sentences for stated in s.dates)
    return Reading(
        sentences=sentences,
        terms=frozenset(term for s in sentences for term in s.terms),
        words_apart=frozenset(terms(text)),
        initials=initials_of(text),
        in_a_row=in_a_row(words(text)),
        numbers=numbers,
        dates=dates,
        values=frozenset(number.value for number in numbers),
        years=frozenset(d.period.year for d in dates if d.period and d.period.year),
    )


def read_sentence(sentence: str, published: str | None = None) -> ReadSentence:
    """Read one sentence, its relative dates counted from an ISO date."""
    return ReadSentence(
        text=sentence,
        terms=frozenset(content_terms(canonical(sentence))),
        denied=denials(sentence),
        numbers=quantities(sentence),
        dates=stated_dates(sentence, published),
        speakers=speakers(sentence),
    )
