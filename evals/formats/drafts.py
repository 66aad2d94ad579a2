"""Draft gold questions from what another tool's file says, whatever its format."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, get_args

from pydantic import ValidationError

from evals.formats.verbatim import Verbatim
from evals.gold.articles import Record
from evals.gold.question import (
    Answer,
    Forbidden,
    GoldQuestion,
    Group,
    Kind,
    Nugget,
    Split,
    Turn,
)
from rag.errors import UsageError

_DECLINED = ("unanswerable", "false_premise")


@dataclass(frozen=True, slots=True)
class Reference:
    """A text that a right answer rests on; `article` is where it is thought to stand."""

    text: str
    article: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One question of another tool's file. `groups` are references: all groups, any of each."""

    place: str
    question: str
    id: str | None = None
    history: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    groups: tuple[tuple[Reference, ...], ...] = ()
    answerable: bool = True
    kind: str | None = None
    family: str | None = None
    as_of: str | None = None
    nuggets: tuple[Nugget, ...] = ()
    forbidden: tuple[Forbidden, ...] = ()
    tags: tuple[str, ...] = ()


class Imported(NamedTuple):
    """Draft questions, and notes: what was read, and what could not be taken over."""

    questions: tuple[GoldQuestion, ...]
    notes: tuple[str, ...]


@dataclass(slots=True)
class _Tally:
    references: int = 0
    lost: int = 0
    wide: int = 0
    twice: int = 0
    bare: int = 0
    others: Counter[str] = field(default_factory=Counter)


def split_of(name: str) -> Split:
    """Return the split of that name; raises UsageError if gold questions have no such split."""
    for split in get_args(Split):
        if split == name:
            return split  # type: ignore[no-any-return]
    raise UsageError(f"There is no split {name!r}; choose dev or test.")


def drafts(
    name: str, rows: Iterable[Row], record: Record, split: str, others: Iterable[str] = ()
) -> Imported:
    """Return a draft for each row; `others` are notes of the format, counted here.

    A row keeps its id; one without gets `NAME-` and a hash of what it asks, and is left out if the
    same was asked before. References found word for word in the articles become evidence; what is
    not found is counted. Raises UsageError with the place of a row that makes no gold question,
    and for an id that stands twice.
    """
    chosen, finder, tally = split_of(split), Verbatim(record), _Tally()
    found: dict[str, GoldQuestion] = {}
    places: dict[str, str] = {}
    for row in rows:
        id_ = row.id or f"{name}-{_digest(row)}"
        if id_ in found:
            if row.id is not None:
                raise UsageError(
                    f"{row.place}: the id {id_!r} stands at {places[id_]} already; give each "
                    "question an id of its own."
                )
            tally.twice += 1
            continue
        places[id_] = row.place
        found[id_] = _question(row, id_, chosen, _evidence(row, finder, record, tally))
        tally.bare += row.answerable and not found[id_].evidence
    tally.others.update(others)
    return Imported(tuple(found.values()), _notes(len(found), tally))


def _digest(row: Row) -> str:
    said = "\n".join((*row.history, row.as_of or "", row.question))
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:10]


def _evidence(row: Row, finder: Verbatim, record: Record, tally: _Tally) -> tuple[Group, ...]:
    groups: list[Group] = []
    for references in row.groups:
        spans = []
        for reference in references:
            at = finder.find(reference.text, reference.article)
            spans += at
            tally.references += 1
            tally.lost += not at
            for span in at:
                article = record.articles[span.article]
                inside = article.paragraph_at(span.start or 0, span.end or 0)
                tally.wide += inside is None
        if spans:
            unique = tuple(dict.fromkeys(spans))
            groups.append(Group(group=f"g{len(groups) + 1}", any_of=unique))
    return tuple(groups)


def _question(row: Row, id_: str, split: Split, evidence: Sequence[Group]) -> GoldQuestion:
    try:
        return GoldQuestion(
            id=id_,
            schema=1,
            split=split,
            status="draft",
            question=row.question,
            history=tuple(Turn(question=turn) for turn in row.history),
            as_of=row.as_of,
            type=_kind(row),
            family=row.family or id_,
            answerable=row.answerable,
            answers=row.answers,
            nuggets=row.nuggets,
            forbidden=row.forbidden,
            evidence=tuple(evidence),
            tags=row.tags,
        )
    except ValidationError as error:
        raise UsageError(f"{row.place}: {said_of(error)}") from error


def said_of(error: ValidationError) -> str:
    """Return the first fault that a model found, as a sentence."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return f"{where and f'{where}: '}{first['msg'].removeprefix('Value error, ')}."


def _kind(row: Row) -> Kind:
    for kind in get_args(Kind):
        if kind == row.kind and row.answerable == (kind not in _DECLINED):
            return kind  # type: ignore[no-any-return]
    if not row.answerable:
        return "unanswerable"
    return "follow_up" if row.history else "factoid"


def _notes(read: int, tally: _Tally) -> tuple[str, ...]:
    said = [f"{read} questions, all of them drafts"]
    if tally.references:
        held = tally.references - tally.lost
        said.append(f"{held} of {tally.references} reference texts anchored in the articles")
    if tally.lost:
        said.append(f"{tally.lost} reference texts stand nowhere in the articles: left out")
    if tally.bare:
        said.append(f"{tally.bare} answerable questions have no evidence yet")
    if tally.wide:
        said.append(f"{tally.wide} anchors reach over more than one paragraph: narrow them")
    if tally.twice:
        said.append(f"{tally.twice} rows ask what was asked before: left out")
    said += [f"{count} × {what}" for what, count in sorted(tally.others.items())]
    return tuple(said)
