"""A draft gold question from what readers said of an answer.

A draft is work for a person: the question, with the evidence that a reader found good.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence

from pydantic import ValidationError

from evals.formats.drafts import said_of
from evals.gold.anchors import anchored, locate
from evals.gold.articles import ArticleText, Record
from evals.gold.lint import LONGEST_QUOTE
from evals.gold.question import Answer, GoldQuestion, Group, Kind, Span
from rag.analysis import content_terms
from rag.errors import UsageError
from rag.reply import Citation, Reply, Sentence
from ui.store.records import Exchange, Feedback

TAG = "from-readers"

_WORD = re.compile(r"\S+")
_ATTRIBUTION = re.compile(
    r"\b(?:who (?:said|says|told|claimed|called|described)|according to|"
    r"(?:did|does|do|has|have) (?:\S+ ){1,6}?"
    r"(?:say|tell|claim|call|describe|announce|argue|demand|deny))\b",
    re.IGNORECASE,
)
_TEMPORAL = re.compile(
    r"^when\b|\b(?:how (?:long|soon|many (?:days|weeks|months|years|hours))|(?:what|which) "
    r"(?:day|date|month|year|time)|(?:days?|weeks?|months?|hours?) (?:before|after))\b",
    re.IGNORECASE,
)
_REFUSED = ("wrong_source", "not_supported")


def draft_id(exchange: Exchange) -> str:
    """Return the id of an answer's draft, which is its family too and does not tell the answer's.

    The exchange's own id is the key to the answer: it stays out of files that are passed on.
    """
    return f"reader-{hashlib.sha256(exchange.id.encode()).hexdigest()[:12]}"


def draft_of(
    exchange: Exchange, said: Sequence[Feedback], record: Record
) -> tuple[GoldQuestion, tuple[str, ...]]:
    """Return the draft of an answer that readers judged, and what whoever finishes it must know.

    Evidence are the citations that a reader found good and none refused, a group a sentence.
    Raises UsageError for a question that makes no gold question.
    """
    reply = exchange.reply
    abstained = reply.status == "abstained"
    good = set() if abstained else _good(reply, said)
    evidence, lost = _evidence(reply, good, record)
    id_ = draft_id(exchange)
    try:
        question = GoldQuestion(
            id=id_,
            schema=1,
            split="dev",
            status="draft",
            question=reply.standalone_question or reply.question,
            as_of=reply.as_of or exchange.asked.filters.as_of,
            type="unanswerable" if abstained else kind_of(reply),
            family=id_,
            answerable=not abstained,
            answers=tuple(_answers(reply, good)),
            evidence=evidence,
            tags=(TAG, *sorted({feedback.verdict for feedback in said})),
        )
    except ValidationError as error:
        raise UsageError(
            f"The question {reply.question[:60]!r} makes no gold question: {said_of(error)}"
        ) from error
    return question, tuple(_notes(exchange, said, evidence, lost))


def kind_of(reply: Reply) -> Kind:
    """Guess the type of a question that was answered, by its words and by what was cited."""
    question = reply.standalone_question or reply.question
    if reply.conflicts:
        return "conflict"
    if _TEMPORAL.search(question):
        return "temporal"
    if _ATTRIBUTION.search(question):
        return "attribution"
    return "factoid"


def _numbers(reply: Reply, feedback: Feedback) -> set[int]:
    """Return the citations that a reader's word is about."""
    if feedback.citation is not None:
        return {feedback.citation}
    sentences = reply.sentences
    if feedback.sentence is not None:
        sentences = sentences[feedback.sentence - 1 : feedback.sentence]
    return {number for sentence in sentences for number in sentence.citations}


def _good(reply: Reply, said: Iterable[Feedback]) -> set[int]:
    good: set[int] = set()
    refused: set[int] = set()
    for feedback in said:
        if feedback.verdict == "good":
            good |= _numbers(reply, feedback)
        elif feedback.verdict in _REFUSED:
            refused |= _numbers(reply, feedback)
    return good - refused


def _evidence(reply: Reply, good: set[int], record: Record) -> tuple[tuple[Group, ...], list[int]]:
    """Return a group for each sentence with a good citation, and the citations without a place."""
    citations = {citation.n: citation for citation in reply.citations if citation.n in good}
    spans = {
        number: _span(citation, _about(reply, number), record)
        for number, citation in citations.items()
    }
    found = [
        tuple(dict.fromkeys(span for n in sentence.citations if (span := spans.get(n))))
        for sentence in reply.sentences
    ]
    groups = [Group(group="g", any_of=each) for each in dict.fromkeys(found) if each]
    named = tuple(g.model_copy(update={"group": f"g{n}"}) for n, g in enumerate(groups, start=1))
    return named, sorted(number for number, span in spans.items() if span is None)


def _about(reply: Reply, number: int) -> str:
    """Return the words that a citation of that number should bear out."""
    citing = (sentence.text for sentence in reply.sentences if number in sentence.citations)
    return " ".join((reply.standalone_question, *citing))


def _span(citation: Citation, about: str, record: Record) -> Span | None:
    """Return a short anchor within a citation, in the article as it is now; None without doubt."""
    article = record.find(citation.article_id)
    start = _start(citation, article) if article else None
    if article is None or start is None:
        return None
    first, last = matching(citation.quote, about)
    span = anchored(article, start + first, start + last)
    inside = article.paragraph_at(start + first, start + last) is not None
    return span if inside and locate(span, record).how == "exact" else None


def _start(citation: Citation, article: ArticleText) -> int | None:
    """Return where the quotation stands in the article as it is now."""
    if article.text[citation.start : citation.end] == citation.quote:
        return citation.start
    only = article.text.count(citation.quote) == 1
    return article.text.index(citation.quote) if only else None


def matching(quote: str, about: str) -> tuple[int, int]:
    """Return start and end of the stretch of a quotation, of under 25 words, that says most.

    That is the one with the most words of `about`; of several the shortest, then the first.
    """
    words = list(_WORD.finditer(quote))
    wanted = set(content_terms(about))
    hits = [not wanted.isdisjoint(content_terms(word.group())) for word in words]
    if len(words) < LONGEST_QUOTE:
        return (words[0].start(), words[-1].end()) if words else (0, len(quote))
    best = max(
        _stretches(hits, LONGEST_QUOTE - 1), key=lambda at: (sum(hits[at[0] : at[1]]), -at[1])
    )
    return words[best[0]].start(), words[best[1] - 1].end()


def _stretches(hits: Sequence[bool], longest: int) -> Iterator[tuple[int, int]]:
    """Yield runs of at most so many words from one that matches to one that matches."""
    for first in range(len(hits)):
        last = min(len(hits), first + longest)
        while last > first + 1 and not hits[last - 1]:
            last -= 1
        if hits[first]:
            yield first, last
    yield 0, min(longest, len(hits))


def _answers(reply: Reply, good: set[int]) -> Iterator[Answer]:
    """Yield the first sentence that was found good, where it is short enough to be an answer."""
    sound = (s for s in reply.sentences if s.citations and good.issuperset(s.citations))
    first: Sentence | None = next(sound, None)
    if first is not None and len(first.text.split()) < LONGEST_QUOTE:
        yield Answer(text=first.text)


def _notes(
    exchange: Exchange, said: Sequence[Feedback], evidence: Sequence[Group], lost: Sequence[int]
) -> Iterator[str]:
    reply, verdicts = exchange.reply, {feedback.verdict for feedback in said}
    if verdicts & set(_REFUSED):
        yield "A reader refused a source: what that word was about is left out of the evidence."
    if reply.status == "abstained" and verdicts != {"good"}:
        yield (
            "Nothing was answered, and a reader did not find that right: if an article says it, "
            "set type and answerable, and give the evidence."
        )
    if verdicts & {"outdated", "incomplete", "bad"}:
        yield "A reader found the answer lacking: look for what it should have said."
    if lost:
        yield f"No certain place in the articles as they are now: citation {_listed(lost)}."
    if len(evidence) > 1:
        yield "Keep only the groups of evidence that a right answer must have."
    if reply.standalone_question not in ("", reply.question):
        yield "It was a follow-up: the question is as it was understood."
    filters = exchange.asked.filters
    if filters.outlets or filters.kinds or filters.speakers or filters.since or filters.until:
        yield "It was asked under filters, which a gold question has not: say them in words."


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers))
