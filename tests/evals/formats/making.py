"""Material for the round trips: the one article of the gold tests, and questions about it."""

from pathlib import Path
from typing import Any

from evals.gold.question import GoldQuestion
from evals.material import Material
from evals.runs.manifest import corpus_digest
from evals.runs.store import Answered, Found, Run

from ..gold.making import PARAGRAPHS, record, span
from ..runs.making import answered, gold_question, manifest

GUARDS = "seven of their members were killed"
MINISTRY = "16"


def questions() -> tuple[GoldQuestion, ...]:
    """One with two ways to find it, one with two groups, one that cannot be answered."""
    return (
        gold_question(
            "q-1",
            answers=[{"text": "Seven of them were killed.", "aliases": ["7"]}],
            evidence=[{"group": "g1", "any_of": [span(GUARDS), span("strike hit a building")]}],
        ),
        gold_question(
            "q-2",
            question="how do the counts differ",
            family="f-2",
            type="conflict",
            as_of="2024-05-01",
            evidence=[
                {"group": "g1", "any_of": [span(GUARDS)]},
                {"group": "g2", "any_of": [span("the number of the dead as 16")]},
            ],
        ),
        gold_question(
            "q-3",
            question="who sings the anthem",
            family="f-3",
            type="unanswerable",
            answerable=False,
            answers=[],
            nuggets=[],
            evidence=[],
        ),
    )


def follow_up() -> GoldQuestion:
    return gold_question(
        "q-4",
        question="and according to Syria",
        family="f-4",
        type="follow_up",
        history=[{"question": "how many died"}],
        evidence=[{"group": "g1", "any_of": [span("as 16")]}],
    )


def material(*more: GoldQuestion) -> Material:
    return Material("dev", (*questions(), *more), record())


def run(*answers: Answered, **changes: Any) -> Run:
    """A run of this material's articles: q-1 found the second and third paragraph, q-2 none."""
    found = answers or (
        answered("q-1").model_copy(
            update={"retrieved": (Found(article="strike", start=60, end=140),)}
        ),
        answered("q-2").model_copy(update={"retrieved": ()}),
        Answered(id="q-3", reply=None, error="it broke"),
    )
    fitting = manifest(corpus=corpus_digest(record()), **changes)
    return Run(Path("run"), fitting, {one.id: one for one in found})


def paragraph(number: int) -> str:
    return PARAGRAPHS[number - 1]


def quotes(question: GoldQuestion) -> list[set[str]]:
    """The quoted evidence, group by group."""
    return [{one.quote for one in group.any_of} for group in question.evidence]
