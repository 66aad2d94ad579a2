"""What a gold question says beyond its words, as the metadata that other tools carry along."""

from dataclasses import replace
from typing import get_args

from pydantic import ValidationError

from evals.formats.drafts import Reference, Row, said_of
from evals.formats.source import Fields
from evals.gold.question import Answer, GoldQuestion, Kind

DECLINED = "The articles do not say."
"""The reference answer of a question that is not answerable, where a format wants one."""


def facts_of(question: GoldQuestion, *, evidence: bool = True) -> dict[str, object]:
    """Return the facts that an import can take back; what is empty is left out."""
    spans = [
        [{"article": s.article, "quote": s.quote} for s in g.any_of] for g in question.evidence
    ]
    facts: dict[str, object] = {
        "split": question.split,
        "type": question.type,
        "family": question.family,
        "answerable": question.answerable,
        "as_of": question.as_of,
        "history": [turn.question for turn in question.history],
        "answers": [answer.model_dump(mode="json") for answer in question.answers],
        "evidence": spans if evidence else [],
        "tags": list(question.tags),
    }
    return {name: value for name, value in facts.items() if value not in (None, [])}


def with_facts(row: Row, facts: Fields) -> Row:
    """Return the row with what the metadata says of it; metadata of others is left alone.

    Raises UsageError with the place of facts that are not as `facts_of` writes them.
    """
    if facts.values.get("type") not in get_args(Kind) or "answerable" not in facts.values:
        return row
    answerable = facts.flag("answerable")
    return replace(
        row,
        kind=facts.text("type"),
        family=facts.text("family"),
        answerable=row.answerable if answerable is None else answerable,
        as_of=facts.text("as_of"),
        history=facts.texts("history") or row.history,
        answers=_answers(facts) or row.answers,
        groups=_groups(facts) or row.groups,
        tags=facts.texts("tags"),
    )


def _answers(facts: Fields) -> tuple[Answer, ...]:
    try:
        return tuple(
            Answer(text=answer.required("text"), aliases=answer.texts("aliases"))
            for answer in facts.objects("answers")
        )
    except ValidationError as error:
        raise facts.wrong(said_of(error)) from error


def _groups(facts: Fields) -> tuple[tuple[Reference, ...], ...]:
    groups = []
    for group in facts.items("evidence"):
        inside = Fields(facts.place, {"evidence": group})
        groups.append(
            tuple(
                Reference(span.required("quote"), span.text("article"))
                for span in inside.objects("evidence")
            )
        )
    return tuple(groups)
