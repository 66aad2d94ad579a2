from typing import Any

import pytest

from evals.robustness.contradiction import contradictions, measure
from evals.robustness.scratch import copied
from rag.library.library import Library
from rag.models.hashing import HashingEmbedder
from rag.settings import Settings

from ..gold.making import record
from ..runs.making import gold_question


def vital(part: Any) -> list[dict[str, Any]]:
    return [{"id": "n1", "text": "Seven.", "match": {"any_of": [{"all_of": [part]}]}}]


@pytest.mark.parametrize("part", [{"number": 7}, "seven", "seven members"])
def test_another_source_gives_another_number_in_the_same_words(part: Any) -> None:
    (one,) = contradictions([gold_question(nuggets=vital(part))], record(), seed=0)
    told = one.article.paragraphs[0]
    assert "The Guards said that" in told
    assert "of their members were killed" in told
    assert "seven" not in told
    assert one.other.number not in (one.number.number, 0)
    assert one.article.outlet is not None
    assert one.article.outlet in told


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "temporal"},
        {"nuggets": vital("Zahedi")},
        {"nuggets": vital({"number": 9})},
        {"nuggets": vital({"date": "2024-04-01"})},
        {"nuggets": vital("1 April 2024")},
        {"history": [{"question": "what of the guards"}]},
    ],
)
def test_there_is_none_without_a_number_that_the_evidence_states(changes: dict[str, Any]) -> None:
    assert contradictions([gold_question(**changes)], record(), seed=0) == []


def test_both_positions_must_be_cited_each_from_its_own_article(
    small_library: Library, hashing: HashingEmbedder, settings: Settings
) -> None:
    question = gold_question(
        question="how many of their members were killed", nuggets=vital("seven")
    )
    with copied(small_library, hashing, settings) as scratch:
        clean = {question.id: scratch.ask(question)}
        result = measure(scratch, clean, seed=0)
        again = scratch.ask(question)
    assert result.cases == 1
    assert result.mean("exposure") == 1.0
    assert result.mean("both positions") == min(
        result.mean("own number") or 0, result.mean("other number") or 0
    )
    assert bool(result.failures) == (result.mean("both positions") == 0)
    assert again.reply.answer == clean[question.id].reply.answer  # the made article is hidden again
