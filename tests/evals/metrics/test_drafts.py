"""Sentences that were withheld from the reader change no figure of the answer."""

from dataclasses import replace

from evals.case import Case
from evals.formats.ragas import _response
from evals.metrics.registry import all_metrics
from evals.report.evidence import given
from evals.runs.store import Answered
from rag.reply import Sentence
from rag.support import SupportModel

from .making import PARAGRAPHS, RECORD, SEVEN, SIXTEEN, group, place, question, reply

GOLD = question(
    answers=[{"text": SEVEN}],
    nuggets=[
        {"id": "n1", "text": SEVEN, "match": {"any_of": [{"all_of": ["seven"]}]}},
        {"id": "n2", "text": SIXTEEN, "match": {"any_of": [{"all_of": [{"number": 16}]}]}},
        {"id": "n3", "text": "In 2024.", "match": {"any_of": [{"all_of": [{"date": "2024"}]}]}},
    ],
    forbidden=[{"text": "ninety admirals", "why": "nobody says so"}],
)  # fmt: skip
DRAFTS = [
    Sentence(text=text, citations=[], support="unsupported", score=0.0)
    for text in (
        SIXTEEN,
        "On 1 April 2024 ninety admirals fell in Paris, “all of them at once”. [9]",
        "[3]",
    )
]


def test_drafts_change_no_score() -> None:
    case = Case(
        GOLD,
        reply((SEVEN, [2])),
        (place(PARAGRAPHS[1]), place(PARAGRAPHS[2])),
        (group(PARAGRAPHS[1]), group(PARAGRAPHS[2], name="h")),
        RECORD,
    )
    sentences = [DRAFTS[0], *case.reply.sentences, *DRAFTS[1:]]
    kept = replace(case, reply=case.reply.model_copy(update={"sentences": sentences}))
    for metric in all_metrics(SupportModel()):
        assert metric(case) == metric(kept), metric.name


def test_they_are_in_no_report_and_in_no_export() -> None:
    kept = reply((SEVEN, [2])).model_copy(update={"sentences": DRAFTS})
    assert [s.text for s in given(Answered(id="q-1", reply=kept), [], RECORD).sentences] == [
        f"{SEVEN} [2]"
    ]
    assert _response(kept) == f"{SEVEN} [2]"
