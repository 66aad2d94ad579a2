"""Disagreements in a reply."""

from rag.cite import citation
from rag.conflicts.disagreements import find_disagreements
from rag.conflicts.telling import conflicts_of, told
from rag.question import understand

from .making import article

QUESTION = understand("How many missiles did Iran fire on 1 October 2024?")

ON_THAT_DAY = "1 October 2024"


def test_positions_are_cited_and_a_place_cited_already_keeps_its_number() -> None:
    one = article("Israel said that Iran had fired 180 missiles.", name="one",
                  title="1 October 2024")  # fmt: skip
    two = article("Iran said that Iran had fired 300 missiles.", name="two", title="1 October 2024")
    cited = [citation(1, one[0].version, 0, 10), citation(2, two[0].version, 0, len(two[0].text))]
    conflicts, added = conflicts_of(find_disagreements(QUESTION, one + two), cited)
    assert [(p.party, p.citations) for p in conflicts[0].positions] == [
        ("Israel", [3]),
        ("Iran", [2]),
    ]
    assert [(c.n, c.quote) for c in added] == [(3, one[0].text)]
    sentence = told(conflicts[0])
    assert sentence.text == (
        "Accounts differ on “missiles fired”: Israel: “Israel said that Iran had fired 180 "
        "missiles”; Iran: “Iran said that Iran had fired 300 missiles”."
    )
    assert sentence.citations == [3, 2]


def test_an_account_that_the_answer_gives_already_is_only_named() -> None:
    both = [
        *article("Israel said that Iran had fired 180 missiles.", name="one", title=ON_THAT_DAY),
        *article("Iran said that Iran had fired 300 missiles.", name="two", title=ON_THAT_DAY),
    ]
    conflicts, _ = conflicts_of(find_disagreements(QUESTION, both), [])
    sentence = told(conflicts[0], "Iran said that Iran had fired 300 missiles. [1]")
    assert sentence.text.endswith("180 missiles”; Iran.")


def test_a_bracketed_number_of_a_title_is_no_marker() -> None:
    both = [
        *article("Iran fired 180 missiles.", name="one", title="Attack [7] of 1 October 2024"),
        *article("Iran fired 300 missiles.", name="two", title="Attack of 1 October 2024"),
    ]
    conflicts, _ = conflicts_of(find_disagreements(QUESTION, both), [])
    assert "Attack (7) of 1 October 2024" in told(conflicts[0]).text


def test_nothing_comes_of_nothing() -> None:
    assert conflicts_of((), []) == ([], [])
