"""What an answer adds to a reply: its sentences, citations, and what it lacks."""

from collections.abc import Iterator, Sequence
from typing import Any

from rag.asked import Evidence, SentenceEvent, Written
from rag.compose import answer_text, extracts
from rag.conflicts.disagreements import find_disagreements
from rag.conflicts.telling import conflicts_of, told
from rag.declined import missing_names
from rag.highlight import highlighted
from rag.reply import Citation, Sentence, Status
from rag.select import choose
from rag.verify import SupportChecker

Parts = dict[str, Any]
"""Fields of `rag.reply.Reply`."""


def extracted(evidence: Evidence, check: SupportChecker, *, most: int) -> Parts:
    """Answer with checked sentences; nothing if the checker lets none pass."""
    chosen = choose(evidence.ranked, most=most)
    pairs = list(extracts(chosen, check))
    if not pairs:
        return {}
    sentences = [sentence for sentence, _ in pairs]
    cited = highlighted([citation for _, citation in pairs], evidence.found)
    lacking = missing_names(evidence, cited)
    status: Status = "partial" if lacking else "answered"
    return {
        "status": status,
        "answer": answer_text(sentences),
        "sentences": sentences,
        "citations": cited,
        "missing": lacking,
    }


def generated(written: Written, evidence: Evidence) -> Parts:
    """Return what a chat model's checked sentences add to the reply."""
    lacking = missing_names(evidence, written.citations)
    status: Status = "partial" if lacking else "answered"
    return {
        "status": status,
        "answer": answer_text([s for s in written.sentences if s.support != "unsupported"]),
        "sentences": list(written.sentences),
        "citations": highlighted(written.citations, evidence.found),
        "missing": lacking,
    }


def spent(written: Written) -> Parts:
    """Return what a chat model cost and why its answer may not be the one shown."""
    return {
        "usage": written.usage,
        "withheld": written.withheld,
        "notice": written.notice,
        "verify_ms": written.verify_ms,
    }


def events_of(
    sentences: Sequence[Sentence], citations: Sequence[Citation]
) -> Iterator[SentenceEvent]:
    """Yield sentences that are there as a whole, each with its citations."""
    for sentence in sentences:
        yield SentenceEvent(sentence, tuple(c for c in citations if c.n in sentence.citations))


def with_conflicts(parts: Parts, evidence: Evidence) -> tuple[Parts, list[Sentence]]:
    """Return the parts with the disagreements of the evidence, and the sentences that tell them."""
    found = find_disagreements(evidence.question, evidence.ranked)
    conflicts, added = conflicts_of(found, parts["citations"])
    telling = [told(conflict, parts["answer"]) for conflict in conflicts]
    more = {
        "conflicts": conflicts,
        "citations": [*parts["citations"], *added],
        "sentences": [*parts["sentences"], *telling],
        "answer": " ".join([parts["answer"], answer_text(telling)]).strip(),
    }
    return parts | more, telling
