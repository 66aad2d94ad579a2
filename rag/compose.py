"""Put chosen sentences into a reply: who said it and when, the words, the citation."""

import re
from collections.abc import Iterator, Mapping, Sequence

from rag.cite import citation
from rag.library.rows import VersionText
from rag.relative_dates import explain_relative_dates, published_in_words
from rag.reply import Citation, Sentence
from rag.retrieve import Found
from rag.select import Candidate
from rag.verify import SupportChecker

NEAREST = 3
"""Paragraphs shown when there is no answer."""

_STATEMENTS = ("statement", "readout", "letter", "remarks", "speech")
_DIGEST = "digest"
_MARKER = re.compile(r"\[(\d+)\]")


def introduction(version: VersionText, speaker: str | None) -> str | None:
    """Return who said it and when, where the text is somebody's statement."""
    info = version.info
    kind = (info.kind or "").lower()
    states = any(word in kind for word in _STATEMENTS) and _DIGEST not in kind
    who = speaker or (info.title if states else None)
    if not who:
        return None
    day = published_in_words(info.published)
    return f"{who}, {day}" if day else who


def as_told(text: str, published: str | None) -> str:
    """Return an article's words as an answer tells them: relative dates explained, no markers."""
    return _without_markers(explain_relative_dates(text, published))


def _without_markers(text: str) -> str:
    """Write what looks like a citation's number but is the article's own in round brackets."""
    return _MARKER.sub(r"(\1)", text)


def extracts(
    chosen: Sequence[Candidate], check: SupportChecker
) -> Iterator[tuple[Sentence, Citation]]:
    """Yield each chosen sentence with its citation, numbered from 1.

    A sentence that its citation does not support is left out.
    """
    said_by: str | None = None
    n = 1
    for candidate in chosen:
        version, sentence = candidate.version, candidate.sentence
        cited = citation(n, version, sentence.start, sentence.end)
        support, score = check(candidate.text, [cited])
        if support == "unsupported":
            continue
        by = introduction(version, candidate.speaker)
        words = as_told(candidate.text, version.info.published)
        text = f"{_without_markers(by)}: {words}" if by and by != said_by else words
        said_by = by
        n += 1
        yield Sentence(text=text, citations=[cited.n], support=support, score=score), cited


def answer_text(sentences: Sequence[Sentence]) -> str:
    """Join the sentences, each followed by its markers."""
    return " ".join(
        sentence.text + "".join(f" [{n}]" for n in sentence.citations) for sentence in sentences
    )


def nearest(
    found: Found, ranked: Sequence[Candidate], versions: Mapping[int, VersionText]
) -> list[Citation]:
    """Return the paragraphs that come nearest to an answer, each once."""
    places: dict[tuple[int, int], tuple[VersionText, int, int]] = {}
    for candidate in ranked:
        key = (candidate.version.info.row, candidate.sentence.paragraph)
        span = candidate.sentence.start, candidate.sentence.end
        places.setdefault(key, (candidate.version, *span))
    for hit in found.hits:
        version = versions[hit.passage.version]
        for sentence in hit.passage.sentences[:1]:
            key = (hit.passage.version, sentence.paragraph)
            places.setdefault(key, (version, sentence.start, sentence.end))
    chosen = list(places.values())[:NEAREST]
    return [citation(n, *place) for n, place in enumerate(chosen, start=1)]
