"""Choose the sentences that answer, word for word."""

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from rag.analysis import content_terms, overlap, terms
from rag.instructions import addresses_machine
from rag.library.records import Sentence
from rag.library.rows import VersionText
from rag.question import Question, Wants
from rag.reader.reading import Reading
from rag.retrieve import Found, Hit
from rag.settings import Settings

OVERLAP_WEIGHT = 0.5
TYPE_BONUS = 0.1
"""For a sentence that holds the kind of thing that is asked for."""

RANK_WEIGHT = 0.3
"""Of the passage's own score, as a share of the best one's."""

SPEAKER_BONUS = 0.15
"""For a sentence said by a person whom the question names."""

NAME_PENALTY = 0.2
"""For a sentence whose passage lacks the names that the question names, by their share (idf)."""

ELSEWHERE = 0.25
"""Share (by idf) of the names asked about below which a further sentence is about others."""

TIME_BONUS = 0.1
"""For a sentence of an article of the time that the question names."""

ON_TOPIC = 0.1
"""Share (by idf) of the question's words that a further sentence must hold itself."""

NEAR = 0.5
"""Or its similarity, since an answer may use other words altogether."""

KEEP_SHARE = 0.8
"""A further sentence is given only if its score is this share of the first one's."""

KEEP_SHARE_READ = 0.7
"""The same where sentences were read: what is read in them spreads their scores."""

SAME = 0.8
"""Share of a sentence's words from which it says what another already said."""

MOST_ANTECEDENTS = 2
"""Sentences that one brings along because it leans on them."""

FEWEST_WORDS = 4
"""Words that carry meaning in a sentence that may answer."""

ASKED_BY_REPORTER = "Question"

_LEANING = re.compile(
    r"(?:(?:And|But|So|Then|Now)[, ]+)?"
    r"(?:he|she|it|they|that|this|these|those|his|her|their|its)\b",
    re.IGNORECASE,
)
_STAGE = re.compile(r"^\(.*\)$|^\[.*\]$")
_ADDRESS = re.compile(r"\b(?:hxxps?|https?|ftp)://|\bwww\.", re.IGNORECASE)
_SIGNS: dict[Wants, re.Pattern[str]] = {
    "number": re.compile(
        r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?|"
        r"thousands?|millions?|billions?|half|percent|zero|none|no)\b",
        re.IGNORECASE,
    ),
    "date": re.compile(
        r"\b(?:19|20)\d\d\b|\b(?:January|February|March|April|May|June|July|August|September|"
        r"October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|"
        r"yesterday|today|tonight|week|month|ago)\b"
    ),
    "person": re.compile(r"\b[A-Z][a-z’']+ [A-Z][a-z’']+|\b(?:President|Minister|General|Mr)\b"),
    "place": re.compile(r"\b(?:in|at|near|from|to|of) (?:the )?[A-Z][a-z]+"),
    "other": re.compile(r"(?!)"),
}


def shows_kind(wants: Wants, text: str) -> bool:
    """Whether a text holds the kind of thing asked for; true if nothing special is."""
    return wants == "other" or bool(_SIGNS[wants].search(text))


def leans_back(text: str) -> bool:
    """Whether a sentence begins with a word that stands for something said before it."""
    return bool(_LEANING.match(text))


def is_named(speaker: str | None, question: Question) -> bool:
    """Whether the question names the speaker, by the last name."""
    return (
        speaker is not None and terms(speaker)[-1:] != [] and terms(speaker)[-1] in question.names
    )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence that may answer, its place, and its score.

    `reading` is what was read in it by itself, where it was.
    """

    hit: Hit
    version: VersionText
    sentence: Sentence
    text: str
    words: frozenset[str]
    cosine: float
    score: float
    on_topic: float = 0.0
    named: float = 1.0
    reading: Reading | None = None

    @property
    def speaker(self) -> str | None:
        """Who says it, in a transcript."""
        return self.version.paragraph(self.sentence.paragraph).speaker


class SentenceScorer(Protocol):
    """The seam for a trained reader: a better score for each sentence, in order."""

    def __call__(self, question: Question, candidates: Sequence[Candidate]) -> Sequence[float]:
        """Return one score for each candidate; higher answers better."""


def candidates(
    question: Question, found: Found, versions: Mapping[int, VersionText], settings: Settings
) -> list[Candidate]:
    """Return the sentences of the best passages with their scores, best first.

    Score: similarity of the sentence, plus half the idf-weighted share of the question's words
    that it holds (its passage's header counts for names and dates), plus small parts for the kind
    of answer and for the passage's own rank. A passage that gives orders to the machine that
    reads it answers nothing: what stands around an order may be the rest of it.
    """
    best = found.hits[0].score if found.hits else 1.0
    listed: dict[tuple[int, int], Candidate] = {}
    for hit in found.hits[: settings.answer_passages]:
        version = versions[hit.passage.version]
        if _gives_orders(hit, version):
            continue
        header = set(terms(hit.passage.header))
        around = header | set(terms(version.text[hit.passage.start : hit.passage.end]))
        for sentence, cosine in zip(hit.passage.sentences, hit.sentence_cosines, strict=True):
            candidate = _candidate(question, found, hit, version, sentence, float(cosine), header)
            if candidate is not None:
                subject = question.names - set(terms(candidate.speaker or ""))
                named = overlap(subject, around, found.weights) if subject else 1.0
                score = candidate.score + RANK_WEIGHT * hit.score / best
                score -= NAME_PENALTY * (1.0 - named)
                candidate = replace(candidate, score=score, named=named)
                key = (hit.passage.version, sentence.start)
                listed.setdefault(key, candidate)
    return sorted(listed.values(), key=lambda c: -c.score)


def _gives_orders(hit: Hit, version: VersionText) -> bool:
    """Whether the title of a passage, or a sentence of it, speaks to the machine.

    A title that shows a web address counts too: it would introduce the answer.
    """
    title = hit.passage.title
    said = (version.text[sentence.start : sentence.end] for sentence in hit.passage.sentences)
    return bool(_ADDRESS.search(title)) or any(map(addresses_machine, (title, *said)))


def _candidate(
    question: Question, found: Found, hit: Hit, version: VersionText,
    sentence: Sentence, cosine: float, header: set[str],
) -> Candidate | None:  # fmt: skip
    text = version.text[sentence.start : sentence.end]
    own = frozenset(terms(text))
    asked = version.paragraph(sentence.paragraph).speaker == ASKED_BY_REPORTER
    if asked or len(content_terms(text)) < FEWEST_WORDS or _STAGE.match(text) or text.endswith("?"):
        return None
    if _ADDRESS.search(text):  # an answer sends nobody anywhere; the citation shows the address
        return None
    speaker = version.paragraph(sentence.paragraph).speaker
    topic = set(question.topic) - set(terms(speaker or ""))
    shared = overlap(question.terms, own | header, found.weights)
    bonus = TYPE_BONUS if _SIGNS[question.wants].search(text) else 0.0
    bonus += SPEAKER_BONUS if is_named(speaker, question) else 0.0
    bonus += TIME_BONUS if hit.dated else 0.0
    on_topic = overlap(topic, own, found.weights)
    return Candidate(
        hit,
        version,
        sentence,
        text,
        own,
        cosine,
        cosine + OVERLAP_WEIGHT * shared + bonus,
        on_topic,
    )


def choose(ranked: Sequence[Candidate], *, most: int) -> list[Candidate]:
    """Return at most that many sentences, none saying what another already says.

    They are ordered to be read: the best one's article first, each article's in its own order.
    """
    chosen: list[Candidate] = []
    keep = KEEP_SHARE_READ if any(c.reading is not None for c in ranked) else KEEP_SHARE
    for candidate in ranked:
        if chosen and candidate.score < keep * chosen[0].score:
            break
        if chosen and _strays(candidate):
            continue
        if not any(_repeats(candidate, other) for other in chosen):
            chosen.append(candidate)
        if len(chosen) == most:
            break
    order = list(dict.fromkeys(c.version.info.row for c in chosen))
    chosen.sort(key=lambda c: (order.index(c.version.info.row), c.sentence.start))
    taken = {(c.version.info.row, c.sentence.end) for c in chosen}
    return [_with_antecedent(candidate, taken) for candidate in chosen]


def _strays(candidate: Candidate) -> bool:
    """Whether a further sentence speaks of something else than the question does."""
    elsewhere = candidate.named < ELSEWHERE
    off_topic = candidate.on_topic < ON_TOPIC and candidate.cosine < NEAR
    return elsewhere or off_topic


def _with_antecedent(candidate: Candidate, taken: Container[tuple[int, int]]) -> Candidate:
    """Let a sentence that leans on those before it bring them along, unless they are there."""
    own = candidate.sentence
    before = [
        s
        for s in candidate.hit.passage.sentences
        if s.paragraph == own.paragraph and s.end <= own.start
    ]
    start, row = own.start, candidate.version.info.row
    for earlier in reversed(before[-MOST_ANTECEDENTS:]):
        leaning = candidate.version.text[start : own.end]
        if not leans_back(leaning) or (row, earlier.end) in taken:
            break
        start = earlier.start
    text = candidate.version.text[start : own.end]
    return replace(candidate, sentence=Sentence(own.paragraph, start, own.end), text=text)


def _repeats(candidate: Candidate, other: Candidate) -> bool:
    fewer = min(len(candidate.words), len(other.words))
    return len(candidate.words & other.words) / fewer >= SAME
