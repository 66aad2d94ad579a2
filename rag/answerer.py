"""From a question to a reply: understand, retrieve, rank, answer or abstain, check."""

import math
import uuid
from collections.abc import Generator as Steps
from collections.abc import Iterator, Mapping
from dataclasses import replace
from time import perf_counter
from typing import Any

from rag.abstain import shipped_calibration, signs_of
from rag.analysis import content_terms
from rag.asked import (
    Ask,
    DoneEvent,
    Event,
    Evidence,
    Generator,
    SentenceEvent,
    SourcesEvent,
    Turn,
    Written,
    check_question,
)
from rag.declined import abstained
from rag.errors import LibraryEmpty
from rag.followup import Context, standalone
from rag.library import catalogue
from rag.library.library import Library
from rag.library.rows import NO_FILTERS, Filters, Stats, VersionText
from rag.models.embedder import Embedder
from rag.parts import Parts, events_of, extracted, generated, spent, with_conflicts
from rag.question import Question, understand
from rag.reply import LibraryState, Reply, Timings
from rag.rerank import READ, PassageReader, interleaved, reranked, sentences_reranked
from rag.retrieve import Found, retrieve
from rag.select import Candidate, SentenceScorer, candidates
from rag.settings import Settings
from rag.verify import SupportChecker, verbatim

__all__ = [
    "Answerer", "Ask", "DoneEvent", "Event", "Evidence", "Generator", "SentenceEvent",
    "SourcesEvent", "Turn", "Written", "check_question",
]  # fmt: skip

EXTRACTIVE = "extractive"
INSTEAD = "The answer is made of the articles' own sentences instead."


class Answerer:
    """Answers questions from one open library: `Answerer(library, embedder, settings).answer(ask)`.

    Without a `generator` the answer is made of the articles' own sentences. A `reader` reads the
    best passages, and then their best sentences. `scorer` and `checker` are the seams for other
    models. `rag.chain.AskChain` is the same as a LangChain runnable; this module imports nothing of
    LangChain's, which a first question would have to wait for.
    """

    def __init__(
        self,
        library: Library,
        embedder: Embedder,
        settings: Settings,
        *,
        reader: PassageReader | None = None,
        scorer: SentenceScorer | None = None,
        checker: SupportChecker = verbatim,
        generator: Generator | None = None,
    ) -> None:
        """Answer from an open library."""
        self._reader = reader
        self._library = library
        self._embedder = embedder
        self._settings = settings
        self._scorer = scorer
        self._checker = checker
        self._generator = generator
        self._stats: Stats | None = None

    @property
    def generator(self) -> str:
        """The name of what writes the answers."""
        return self._generator.name if self._generator else EXTRACTIVE

    def events(self, given: Ask | str, config: Any = None) -> Iterator[Event]:  # noqa: ANN401
        """Yield the sources, then every checked sentence, then the whole reply.

        Closing the iteration, or setting the question's `stop`, ends a chat model's work.
        `config` is LangChain's, for its callbacks. Raises as `answer`.
        """
        yield from self._steps(given, config)

    def answer(self, given: Ask | str, config: Any = None) -> Reply:  # noqa: ANN401
        """Return the reply to one question; raise UsageError or LibraryEmpty."""
        return self.examined(given, config)[0]

    def examined(
        self,
        given: Ask | str,
        config: Any = None,  # noqa: ANN401
    ) -> tuple[Reply, Evidence]:
        """Return the reply with all that it was made from; raises as `answer`."""
        steps = self._steps(given, config)
        while True:
            try:
                next(steps)
            except StopIteration as end:
                result: tuple[Reply, Evidence] = end.value
                return result

    def _steps(
        self,
        given: Ask | str,
        config: Any,  # noqa: ANN401
    ) -> Steps[Event, None, tuple[Reply, Evidence]]:
        ask = Ask(given) if isinstance(given, str) else given
        started = perf_counter()
        question = check_question(ask.question, most=self._settings.question_characters)
        alone = standalone(question, _context(ask))
        evidence = self.evidence(alone, ask.filters)
        began = perf_counter()
        first: float | None = None
        writing = self._with_conflicts(ask, evidence, config)
        while True:
            try:
                event = next(writing)
            except StopIteration as end:
                parts: Parts = end.value
                break
            if first is None and isinstance(event, SentenceEvent) and event.is_shown:
                first = perf_counter()
            yield replace(event, question=alone) if isinstance(event, SourcesEvent) else event
        now = perf_counter()
        checking = parts.pop("verify_ms", 0.0)
        timings = evidence.timings.model_copy(
            update={
                "answer": _ms(now - began) - checking,
                "verify": checking,
                "first_sentence": _ms(first - started) if first else 0.0,
                "total": _ms(now - started),
            }
        )
        reply = Reply(
            id=ask.id or uuid.uuid4().hex[:12],
            question=ask.question,
            standalone_question=alone,
            as_of=ask.filters.as_of,
            confidence=round(evidence.confidence, 4),
            library=self._state(),
            timings_ms=timings,
            generator=parts.pop("generator", EXTRACTIVE),
            **parts,
        )
        yield DoneEvent(reply)
        return reply, evidence

    def _with_conflicts(
        self,
        ask: Ask,
        evidence: Evidence,
        config: Any,  # noqa: ANN401
    ) -> Steps[SourcesEvent | SentenceEvent, None, Parts]:
        """Yield and return what `_writing` does, and where the evidence itself disagrees."""
        parts = yield from self._writing(ask, evidence, config)
        if parts["status"] == "abstained":
            return parts
        before = len(parts["citations"])
        parts, telling = with_conflicts(parts, evidence)
        yield from events_of(telling, parts["citations"][before:])
        return parts

    def _writing(
        self,
        ask: Ask,
        evidence: Evidence,
        config: Any,  # noqa: ANN401
    ) -> Steps[SourcesEvent | SentenceEvent, None, Parts]:
        """Yield what can be shown already; return what the answer adds to the reply."""
        if evidence.confidence < self._settings.abstain_below:
            parts = abstained(evidence, ask.filters)
        elif self._generator is None:
            parts = self._extracted(evidence) or abstained(evidence, ask.filters)
        else:
            written = yield from self._generator.write(evidence, ask, config)
            cost = spent(written)
            if written.answers:
                return generated(written, evidence) | cost | {"generator": self._generator.name}
            parts = {} if written.declined else self._extracted(evidence)
            if parts and written.notice:
                cost["notice"] = f"{written.notice} {INSTEAD}"
            parts = parts or abstained(evidence, ask.filters)
            yield from events_of(parts["sentences"], parts["citations"])
            return parts | cost | {"sentences": [*written.sentences, *parts["sentences"]]}
        yield SourcesEvent(tuple(parts["citations"] or parts.get("nearest", ())))
        yield from events_of(parts["sentences"], parts["citations"])
        return parts

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
                db, self._library.dense, asked, vector, self._settings,
                filters=filters, limit=max(READ, self._settings.results) if self._reader else None,
            )  # fmt: skip
            versions = catalogue.read_versions(db, {hit.passage.version for hit in found.hits})
            weights = _idf(db, found, versions, stats.passages) if self._generator else {}
        if self._library.dense.damage is not None:
            # This answer came from an exact search; the next is to have its index again.
            self._library.heal()
        retrieved = perf_counter()
        ranked = self._ranked(asked, found, versions)
        # Of retrieval's order, read or not: what is read tells answers apart. Whether there is one
        # it told no better than these signs (AUROC on the dev split .69 without, .68 with it).
        signs = signs_of(asked, found, ranked, versions)
        confidence = shipped_calibration().confidence(signs) if ranked else 0.0
        if self._reader is not None and ranked:
            read = reranked(question, found, versions, self._reader)
            found = replace(read, hits=read.hits[: self._settings.results])
            again = self._ranked(asked, found, versions)
            ranked = interleaved(sentences_reranked(question, again, self._reader), ranked)
        timings = Timings(retrieve=_ms(retrieved - started), rerank=_ms(perf_counter() - retrieved))
        return Evidence(asked, found, versions, tuple(ranked), confidence, timings, weights)

    def _ranked(
        self, asked: Question, found: Found, versions: Mapping[int, VersionText]
    ) -> list[Candidate]:
        ranked = candidates(asked, found, versions, self._settings)
        if self._scorer is None or not ranked:
            return ranked
        return _rescored(ranked, self._scorer(asked, ranked))

    def _extracted(self, evidence: Evidence) -> Parts:
        return extracted(evidence, self._checker, most=self._settings.answer_sentences)

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


def _idf(db: Any, found: Found, versions: Any, passages: int) -> dict[str, float]:  # noqa: ANN401
    """Return the weight of each term of the passages found, as `rag.support.idf_of` has it."""
    held: set[str] = set()
    for hit in found.hits:
        text = versions[hit.passage.version].text
        held.update(content_terms(text[hit.passage.start : hit.passage.end]))
    counts = catalogue.document_counts(db, held)
    inside = {term: min(counts.get(term, 0), passages) for term in sorted(held)}
    return {t: math.log(1 + (passages - n + 0.5) / (n + 0.5)) for t, n in inside.items()}


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
