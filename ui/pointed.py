"""Words with the exact answer among them, as they are shown."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rag.highlight import place_in, within
from rag.reply import Citation, Sentence
from ui.plain import plain


@dataclass(frozen=True, slots=True)
class Pointed:
    """A text in three parts; `exact`, the answer, is empty where nothing is pointed at."""

    before: str
    exact: str = ""
    after: str = ""

    def __str__(self) -> str:
        return self.before + self.exact + self.after


def pointed(text: str, place: tuple[int, int] | None) -> Pointed:
    """Return a text with `text[start:end]` as the exact answer, none where there is no place."""
    start, end = place or (len(text), len(text))
    return Pointed(text[:start], text[start:end], text[end:])


def pointed_sentence(sentence: Sentence, cited: Mapping[int, Citation]) -> Pointed:
    """Return a sentence's words, harmless, with the exact answer of the first citation there."""
    citations = (cited[n] for n in sentence.citations if n in cited)
    places = (place_in(sentence, citation) for citation in citations)
    return _plain(pointed(sentence.text, next((place for place in places if place), None)))


def pointed_quotation(citation: Citation) -> Pointed:
    """Return a quotation's words, harmless, with the exact answer."""
    return _plain(pointed(citation.quote, within(citation)))


def by_number(citations: Iterable[Citation]) -> dict[int, Citation]:
    """Return citations by their numbers."""
    return {citation.n: citation for citation in citations}


def _plain(given: Pointed) -> Pointed:
    return Pointed(plain(given.before), plain(given.exact), plain(given.after))
