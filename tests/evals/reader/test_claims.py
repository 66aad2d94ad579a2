from collections import Counter
from pathlib import Path

import pytest

from evals.reader.claims import claim_rows, sentences_to_reword, usable_sentences
from evals.reader.paraphrases import ask_paraphrases, read_paraphrases, states_the_same
from evals.reader.respelling import respelt
from evals.reader.shortening import shortened, trailing_clause
from rag.support import SupportModel

from .making import FakeWriter, place

TEXT = (
    "On 2 April 2024, Iran warned Israel that five missiles would be fired at Haifa within days. "
    "He said so. We know it was Iran. "
    "Jordan accepted the proposal, which Qatar had put forward in Doha. "
    "Was it Hezbollah that fired 30 rockets at the north? "
    "Hamas praised the attack (in Arabic) that night."
)
BESIDE = (
    "Iran said in Tehran that 14 men had died, while Israel denied any part in the attack. "
    "On 19 May 2024 Hamas asked Egypt for another round of talks about the hostages."
)
PLACES = [place(TEXT, ordinal=n, neighbours=(BESIDE,)) for n in range(6)]


def test_sentences_that_cannot_stand_alone_are_left_out() -> None:
    found = [one.text for one in usable_sentences(PLACES[0])]
    assert [text.split()[0] for text in found] == ["On", "Jordan", "Hamas"]


def test_labels_are_balanced_and_rows_are_what_their_labels_say() -> None:
    rows = claim_rows(PLACES)
    assert rows == claim_rows(PLACES)
    assert rows != claim_rows(PLACES, seed=1)
    counts = Counter(row.label for row in rows)
    assert len(counts) == 3
    assert len(set(counts.values())) == 1
    model = SupportModel()
    for row in rows:
        verdict = model.check(row.evidence, row.claim).support
        assert (verdict == "supported") or row.label != "supported"
        assert (verdict != "supported") or row.label != "unsupported"
        assert row.claim not in row.evidence or row.label == "supported"


@pytest.mark.parametrize(
    ("sentence", "short"),
    [
        (
            "But the army said that all of the rockets had been shot down.",
            "The army said that all of the rockets had been shot down.",
        ),
        (
            "On 2 May 2024, Iran warned Israel that it would answer in kind.",
            "Iran warned Israel that it would answer in kind.",
        ),
        (
            "Mikati, the head of the government, said that Lebanon wanted no war at all.",
            "Mikati said that Lebanon wanted no war at all.",
        ),
        (
            "Iran fired over 300 drones (most of them slow) at Israel that night.",
            "Iran fired over 300 drones at Israel that night.",
        ),
        (
            "Jordan accepted the proposal on the same day, which Qatar had put forward.",
            "Jordan accepted the proposal on the same day.",
        ),
    ],
)
def test_what_is_left_is_still_said(sentence: str, short: str) -> None:
    assert list(shortened(sentence)) == [short]


def test_conditions_and_who_says_it_are_never_dropped() -> None:
    assert (
        list(shortened("Iran would answer at once if it was attacked, which nobody wanted.")) == []
    )
    assert list(shortened("According to Hamas, the army had fired on a crowd of people.")) == []
    assert trailing_clause("It fell, while Iran denied that it had fired.") is not None


def test_the_same_thing_written_otherwise() -> None:
    assert list(respelt("Five, or five men, came on 2 May 2024.")) == [
        "Five, or five men, came on May 2, 2024.",
        "Five, or 5 men, came on 2 May 2024.",
    ]
    assert list(respelt("Resolution 3 says that it is so.")) == []


def test_a_paraphrase_keeps_numbers_names_dates_and_what_is_denied() -> None:
    model = SupportModel()
    said = "Iran warned Israel on 2 April 2024 that five missiles would be fired at Haifa."
    good = "A salvo of five missiles on Haifa was what Iran warned Israel of on 2 April 2024."
    assert states_the_same(said, good, model)
    for bad in (
        said,
        good.replace("five", "six"),
        good.replace("Haifa", "Eilat"),
        good.replace("2 April", "3 April"),
        f"{good} {good}",
        "",
    ):
        assert not states_the_same(said, bad, model)


def test_paraphrases_are_asked_for_once_and_used(tmp_path: Path) -> None:
    path = tmp_path / "written.jsonl"
    said = sentences_to_reword(PLACES)
    replies = {
        sentence: f'"The attack was what {sentence.split()[0]} praised that night in Arabic."'
        for sentence in said
    }
    writer = FakeWriter(replies.__getitem__)
    assert ask_paraphrases(said, writer, path) == len(set(said)) == 3
    assert ask_paraphrases(said, writer, path) == 0
    kept = read_paraphrases(path)
    assert list(kept.values()) == ["The attack was what Hamas praised that night in Arabic."]
    assert "documents/paraphrase" in {row.source for row in claim_rows(PLACES, kept)}
