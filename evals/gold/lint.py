"""Faults of a gold set that would make its figures wrong."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from evals.gold.anchors import Found, locate
from evals.gold.articles import Record
from evals.gold.files import Placed
from evals.gold.question import GoldQuestion, Group, Span
from evals.nuggets import has_nugget, says_forbidden

LONGEST_QUOTE = 25
"""Words; a quotation in the gold set has fewer."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a question; `proposal` where a new anchor could be found."""

    placed: Placed
    rule: str
    message: str
    proposal: Span | None = None

    def __str__(self) -> str:
        return f"{self.placed.place}: {self.placed.question.id}: {self.rule}: {self.message}"


Check = Callable[[Placed, Record], Iterator[Fault]]


def lint(gold: Sequence[Placed], record: Record) -> list[Fault]:
    """Return every fault, in the order of the questions; none if the gold set is sound."""
    faults = [f for placed in gold for check in _CHECKS for f in check(placed, record)]
    return faults + list(_across(gold))


_NO_PLACE = {
    "no_article": "the library has no such article",
    "lost": "the quote is no longer in the article, nor anything like it",
    "ambiguous": "the quote stands more than once; lengthen it, or give prefix and suffix",
}


def _anchors(placed: Placed, record: Record) -> Iterator[Fault]:
    for group in placed.question.evidence:
        for span in group.any_of:
            found = locate(span, record)
            where = f"{group.group}, {span.article!r}, {span.quote[:60]!r}"
            if found.how != "exact":
                yield Fault(placed, "anchor", f"{where}: {_drift(found)}", found.span)
            elif found.span is not None:
                yield from _in_one_paragraph(placed, found.span, record, where)
            if len(span.quote.split()) >= LONGEST_QUOTE:
                yield Fault(
                    placed, "long-quote", f"{where}: {LONGEST_QUOTE} words or more; quote less"
                )


def _drift(found: Found) -> str:
    if found.sure:
        return "not anchored to the article as it is now; --write anchors it"
    if found.how == "fuzzy" and found.span:
        return f"the article now reads {found.span.quote!r}; take that quote over if it still holds"
    return _NO_PLACE[found.how]


def _in_one_paragraph(placed: Placed, span: Span, record: Record, where: str) -> Iterator[Fault]:
    if _paragraph_of(span, record) is None:
        yield Fault(placed, "anchor", f"{where}: reaches over more than one paragraph")


def _paragraph_of(span: Span, record: Record) -> str | None:
    article = record.find(span.article, span.sha256)
    if article is None or span.start is None or span.end is None:
        return None
    paragraph = article.paragraph_at(span.start, span.end)
    return article.slice(paragraph) if paragraph else None


def paragraphs_of(groups: Sequence[Group], record: Record) -> list[str]:
    """Return the paragraphs that the evidence stands in, each once; unresolved spans are left."""
    spans = (locate(span, record).span for group in groups for span in group.any_of)
    found = (_paragraph_of(span, record) for span in spans if span is not None)
    return list(dict.fromkeys(text for text in found if text))


def _nuggets(placed: Placed, record: Record) -> Iterator[Fault]:
    question = placed.question
    vital = [nugget for nugget in question.nuggets if nugget.importance == "vital"]
    for id_, count in Counter(nugget.id for nugget in question.nuggets).items():
        if count > 1:
            yield Fault(placed, "nugget", f"the nugget id {id_!r} stands {count} times")
    said = "\n".join(answer.text for answer in question.answers)
    evidence = "\n".join(paragraphs_of(question.evidence, record))
    for nugget in vital:
        if not has_nugget(said, nugget):
            yield Fault(
                placed, "nugget", f"{nugget.id} does not match the question's own answer {said!r}"
            )
        if not nugget.derived and evidence and not has_nugget(evidence, nugget):
            yield Fault(placed, "nugget", f"{nugget.id} matches no paragraph of the evidence")
    for forbidden in question.forbidden:
        if says_forbidden(said, forbidden):
            yield Fault(placed, "forbidden", f"the right answer says {forbidden.text!r} itself")


def _shape(placed: Placed, record: Record) -> Iterator[Fault]:  # noqa: ARG001 (as the others)
    q = placed.question
    if q.answerable:
        if not q.evidence:
            yield Fault(placed, "evidence", "an answerable question needs evidence")
        if not any(nugget.importance == "vital" for nugget in q.nuggets):
            yield Fault(placed, "nugget", "an answerable question needs a vital nugget")
        if not q.answers:
            yield Fault(placed, "answer", "an answerable question needs an answer")
    elif q.type != "false_premise" and (q.evidence or q.answers or q.nuggets):
        yield Fault(
            placed, "evidence", "an unanswerable question has no evidence, answer or nugget"
        )
    for group, count in Counter(group.group for group in q.evidence).items():
        if count > 1:
            yield Fault(placed, "evidence", f"the group {group!r} stands {count} times")


_CHECKS: tuple[Check, ...] = (_shape, _anchors, _nuggets)


def _across(gold: Sequence[Placed]) -> Iterator[Fault]:
    """Rules over the whole set: families keep to a split, variants to their family."""
    split: dict[str, GoldQuestion] = {}
    by_id = {placed.question.id: placed.question for placed in gold}
    asked: dict[tuple[object, ...], Placed] = {}
    for placed in gold:
        question = placed.question
        first = split.setdefault(question.family, question)
        if first.split != question.split:
            yield Fault(
                placed,
                "family",
                f"{question.family!r} is in {first.split} with {first.id}, here in "
                f"{question.split}; a family must not cross splits",
            )
        if question.variant_of is not None:
            original = by_id.get(question.variant_of)
            if original is None or original.family != question.family:
                yield Fault(
                    placed, "variant", f"{question.variant_of!r} is no question of its family"
                )
        key = (question.question.casefold(), question.history, question.as_of)
        before = asked.setdefault(key, placed)
        if before is not placed:
            yield Fault(placed, "twice", f"the same question stands at {before.place}")
