"""From a question to a reply: understand, retrieve, rank, answer or abstain, check."""

import re
import uuid
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

from rag.abstain import is_out_of_time, missing_words, shipped_calibration, signs_of
from rag.analysis import content_terms, stem, terms, words
from rag.compose import answer_text, extracts, nearest
from rag.errors import LibraryEmpty, UsageError
from rag.followup import Context, standalone
from rag.library import catalogue
from rag.library.library import Library
from rag.library.rows import NO_FILTERS, Filters, Stats, VersionText
from rag.models.embedder import Embedder
from rag.periods import without_periods
from rag.question import Question, find_names, understand
from rag.relative_dates import published_in_words
from rag.reply import Citation, LibraryState, Reply, Sentence, Status, Timings
from rag.retrieve import Found, retrieve
from rag.select import Candidate, SentenceScorer, candidates, choose
from rag.settings import Settings
from rag.verify import SupportChecker, verbatim

FEWEST_LETTERS = 2

_BROKEN = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Turn:
    """An earlier exchange of the conversation."""

    question: str
    reply: Reply


@dataclass(frozen=True, slots=True)
class Ask:
    """A question with its conversation and filters; `id` is made if not given."""

    question: str
    history: tuple[Turn, ...] = ()
    filters: Filters = NO_FILTERS
    id: str | None = None


@dataclass(frozen=True, slots=True)
class SourcesEvent:
    """The citations, before the first sentence."""

    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class SentenceEvent:
    """One complete, checked sentence."""

    sentence: Sentence


@dataclass(frozen=True, slots=True)
class DoneEvent:
    """The whole reply."""

    reply: Reply


Event = SourcesEvent | SentenceEvent | DoneEvent


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the stages before the answer found; `--explain` shows it."""

    question: Question
    found: Found
    versions: Mapping[int, VersionText]
    ranked: tuple[Candidate, ...]
    confidence: float
    timings: Timings


def check_question(text: str, *, most: int) -> str:
    """Return the question without the white space around it; raise UsageError if it is none."""
    question = " ".join(text.split())
    if not question:
        raise UsageError("The question is empty. Ask something, for example: "
                         "dateline ask \"Who condemned the attack of April 2024?\"")  # fmt: skip
    if (broken := _BROKEN.search(text)) is not None:
        raise UsageError(
            f"Character {broken.start() + 1} of the question is not valid Unicode; type it again."
        )
    if len(text) > most:
        raise UsageError(
            f"The question has {len(text)} characters; at most {most} are read. Ask it shorter."
        )
    if sum(letter.isalnum() for letter in question) < FEWEST_LETTERS:
        raise UsageError(f"{question!r} holds no words to look for. Ask in words.")
    return question


class Answerer:
    """Answers questions from one open library: `Answerer(library, embedder, settings).answer(ask)`.

    `scorer` and `checker` are the seams for trained models. `rag.chain.AskChain` is the same as a
    LangChain runnable; this module imports nothing of LangChain's, which a first question would
    have to wait for.
    """

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        settings: Settings,
        *,
        scorer: SentenceScorer | None = None,
        checker: SupportChecker = verbatim,
    ) -> None:
        """Answer from an open library."""
        self._library = library
        self._embedder = embedder
        self._settings = settings
        self._scorer = scorer
        self._checker = checker
        self._stats: Stats | None = None

    def events(self, ask: Ask) -> Iterator[Event]:
        """Yield the citations, then every sentence, then the whole reply."""
        reply = self.answer(ask)
        yield SourcesEvent(tuple(reply.citations or reply.nearest))
        for sentence in reply.sentences:
            yield SentenceEvent(sentence)
        yield DoneEvent(reply)

    def answer(self, given: Ask | str) -> Reply:
        """Return the reply to one question; raise UsageError or LibraryEmpty."""
        return self.examined(given)[0]

    def examined(self, given: Ask | str) -> tuple[Reply, Evidence]:
        """Return the reply with all that it was made from; raises as `answer`."""
        ask = Ask(given) if isinstance(given, str) else given
        started = perf_counter()
        question = check_question(ask.question, most=self._settings.question_characters)
        alone = standalone(question, _context(ask))
        evidence = self.evidence(alone, ask.filters)
        began = perf_counter()
        if evidence.confidence < self._settings.abstain_below:
            parts = _abstained(evidence, ask.filters)
        else:
            parts = self._extracted(evidence) or _abstained(evidence, ask.filters)
        now = perf_counter()
        timings = evidence.timings.model_copy(
            update={"answer": _ms(now - began), "total": _ms(now - started)}
        )
        reply = Reply(
            id=ask.id or uuid.uuid4().hex[:12],
            question=ask.question,
            standalone_question=alone,
            as_of=ask.filters.as_of,
            confidence=round(evidence.confidence, 4),
            generator="extractive",
            library=self._state(),
            timings_ms=timings,
            **parts,
        )
        return reply, evidence

    def evidence(self, question: str, filters: Filters = NO_FILTERS) -> Evidence:
        """Return everything that an answer is made from, for a standalone question.

        Raises LibraryEmpty if there is nothing to search.
        """
        started = perf_counter()
        asked = understand(question)
        vector = self._embedder.query(question)
        with self._library.reading() as db:
            self._library.require_model(db)
            stats = self._current_stats(db)
            if not stats.articles:
                raise LibraryEmpty(
                    f"The library {str(self._library.folder)!r} holds no article yet. Add some "
                    f"with: dateline --library {self._library.folder} add PATH"
                )
            found = retrieve(
                db, self._library.dense, asked, vector, self._settings, filters=filters
            )
            versions = catalogue.read_versions(db, {hit.passage.version for hit in found.hits})
        if self._library.dense.damage is not None:
            # This answer came from an exact search; the next is to have its index again.
            self._library.heal()
        retrieved = perf_counter()
        ranked = candidates(asked, found, versions, self._settings)
        if self._scorer is not None and ranked:
            ranked = _rescored(ranked, self._scorer(asked, ranked))
        signs = signs_of(asked, found, ranked, versions)
        confidence = shipped_calibration().confidence(signs) if ranked else 0.0
        timings = Timings(retrieve=_ms(retrieved - started), rerank=_ms(perf_counter() - retrieved))
        return Evidence(asked, found, versions, tuple(ranked), confidence, timings)

    def _extracted(self, evidence: Evidence) -> dict[str, Any]:
        """Answer with checked sentences; nothing if the checker lets none pass."""
        chosen = choose(evidence.ranked, most=self._settings.answer_sentences)
        pairs = list(extracts(chosen, self._checker))
        if not pairs:
            return {}
        sentences = [sentence for sentence, _ in pairs]
        places = {(cited.article_id, cited.start) for _, cited in pairs}
        kept = [c for c in chosen if (c.version.info.article_id, c.sentence.start) in places]
        lacking = _missing_names(evidence, kept)
        status: Status = "partial" if lacking else "answered"
        return {
            "status": status,
            "answer": answer_text(sentences),
            "sentences": sentences,
            "citations": [cited for _, cited in pairs],
            "missing": lacking,
        }

    def _current_stats(self, db: Any) -> Stats:  # noqa: ANN401 (a connection)
        revision = catalogue.revision(db)
        if self._stats is None or self._stats.revision != revision:
            self._stats = catalogue.stats(db)
        return self._stats

    def _state(self) -> LibraryState:
        stats = self._stats or self._library.stats()
        return LibraryState(
            articles=stats.articles, paragraphs=stats.paragraphs, revision=stats.revision
        )


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 2)


def _rescored(ranked: list[Candidate], scores: Any) -> list[Candidate]:  # noqa: ANN401
    again = [replace(c, score=float(s)) for c, s in zip(ranked, scores, strict=True)]
    return sorted(again, key=lambda c: -c.score)


def _context(ask: Ask) -> Context | None:
    if not ask.history:
        return None
    last = ask.history[-1].reply
    speakers = dict.fromkeys(c.speaker for c in last.citations if c.speaker)
    return Context(last.standalone_question, tuple(speakers))


def _own_words(question: Question, lacking: Container[str]) -> list[str]:
    """Return the question's own words for index terms, each once, none that names a time."""
    found = words(without_periods(question.text))
    return list(dict.fromkeys(word for word in found if stem(word) in lacking))


def _missing_names(evidence: Evidence, chosen: Sequence[Candidate]) -> list[str]:
    """Name the names of the question that no cited paragraph or its heading holds."""
    present: set[str] = set()
    for candidate in chosen:
        paragraph = candidate.version.paragraph(candidate.sentence.paragraph)
        present |= set(terms(candidate.version.slice(paragraph)))
        present |= set(terms(candidate.hit.passage.header))
    named = dict.fromkeys(find_names(without_periods(evidence.question.text)))
    lacking = [n for n in named if content_terms(n) and not present & set(content_terms(n))]
    return [f"no cited paragraph mentions “{name}”" for name in lacking]


def _abstained(evidence: Evidence, filters: Filters) -> dict[str, Any]:
    """Say what is missing, and show what comes nearest."""
    close = nearest(evidence.found, evidence.ranked, evidence.versions)
    lacking = missing_words(evidence.question, evidence.found, evidence.versions)
    named = _own_words(evidence.question, lacking)
    missing = [f"no paragraph found mentions “{word}”" for word in named]
    if is_out_of_time(evidence.question, evidence.found.hits):
        times = [period.words() for period in evidence.question.periods]
        missing += [f"none of the paragraphs found is dated {time}" for time in times]
    if filters.as_of:
        day = published_in_words(filters.as_of)
        missing.append(f"only articles published by {day} were searched")
    if not missing:
        missing = [f"no paragraph found answers: {evidence.question.text}"]
    answer = "The articles in this library do not answer that."
    if close:
        answer += " The nearest paragraphs are listed."
    return {
        "status": "abstained",
        "answer": answer,
        "sentences": [],
        "citations": [],
        "nearest": close,
        "missing": missing,
    }
