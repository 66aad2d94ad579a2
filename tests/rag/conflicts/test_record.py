"""The accounts of the shipped record that disagree on purpose, and neighbours that do not."""

import pytest

from rag.answerer import Answerer
from rag.cite import citation
from rag.conflicts.disagreements import find_disagreements
from rag.library.library import Library
from rag.models.embedder import Embedder
from rag.settings import Settings


@pytest.fixture(scope="module")
def answerer(record: Library, embedder: Embedder, settings: Settings) -> Answerer:
    return Answerer(record, embedder, settings)


@pytest.mark.parametrize(
    ("question", "figures"),
    [
        ("How many ballistic missiles did Iran fire at Israel on 13 and 14 April 2024?",
         ("110 ballistic", "120 ballistic")),
        ("How many attack drones did Iran launch on the night of 13 April 2024?",
         ("170 drones", "185 drones")),
        ("How many missiles did Iran fire at Israel on 1 October 2024?", ("about 180", "over 200")),
        ("How many people were killed in Israel on 7 October 2023?", ("1,200", "1,400")),
        ("What was the turnout of the second round of the Iranian election on 5 July 2024?",
         ("49.7", "49.8")),
        ("lebanon 2006: how many people were killed in lebanon, and who counted what",
         ("1,191", "1,109")),
    ],
)  # fmt: skip
def test_both_figures_are_given(
    answerer: Answerer, question: str, figures: tuple[str, ...]
) -> None:
    evidence = answerer.evidence(question)
    (found,) = find_disagreements(evidence.question, evidence.ranked)
    for figure in figures:
        assert any(figure in side.claim for side in found.positions)
    for side in found.positions:
        assert citation(1, side.version, side.start, side.end).quote == side.claim


@pytest.mark.parametrize(
    "question",
    [
        "How many children were killed in Majdal Shams?",
        "How many people were killed in the pager explosions of September 2024?",
        "How many votes did Pezeshkian get in the second round on 5 July 2024?",
        "How many hostages were freed in the truce of November 2023?",
        "How many people were killed at Qana in 2006?",
        "How many people were killed in Gaza by December 2024?",
        "Who condemned the attack of April 2024?",
        "Why did Israel attack Iran in June 2025?",
    ],
)
def test_no_disagreement_where_there_is_none(answerer: Answerer, question: str) -> None:
    evidence = answerer.evidence(question)
    assert find_disagreements(evidence.question, evidence.ranked) == ()
