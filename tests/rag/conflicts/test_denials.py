"""A claim and its denial, side by side."""

import pytest

from rag.conflicts.denials import find_denials
from rag.question import understand

from .making import article

PLOT = (
    "Senator Daines said that Iran had plotted to kill Trump. "
    "Iran denied that it plotted to kill Trump."
)


def test_a_claim_and_its_denial() -> None:
    (one,) = find_denials(understand("Did Iran plot to kill Trump?"), article(PLOT))
    assert one.topic == "plotted to kill Trump"
    assert [(side.party, side.claim) for side in one.positions] == [
        ("Senator Daines", "Senator Daines said that Iran had plotted to kill Trump."),
        ("Iran", "Iran denied that it plotted to kill Trump."),
    ]


def test_a_claim_and_its_denial_in_one_sentence() -> None:
    text = "Israel said that Hezbollah had fired the rocket; Hezbollah denied any part in it."
    (one,) = find_denials(understand("Did Hezbollah fire the rocket?"), article(text))
    assert [side.party for side in one.positions] == ["Israel", "Hezbollah"]
    assert one.positions[1].claim == "Hezbollah denied any part in it."


@pytest.mark.parametrize(
    "question",
    ["Did Iran plot to kill Biden?", "Who is Trump?", "When did Iran plot to kill Trump?"],
)
def test_only_what_the_question_asks(question: str) -> None:
    assert find_denials(understand(question), article(PLOT)) == ()


def test_an_accused_has_not_said_what_befell_him() -> None:
    text = "Ali Reza, the chief accused, was seized in Beirut. Iran has denied any role."
    assert find_denials(understand("Whom did Iran seize in Beirut?"), article(text)) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Israel said that Iran had plotted to kill Trump. Iran neither confirmed nor denied it.",
        "Iran said that Iran had plotted to kill Trump. Iran denied it.",
        "Israel said that Iran had plotted to kill Trump. Iran was denied entry.",
        "Israel said that Trump was in Iran. Iran denied a plan to raise prices.",
        "Israel said that Iran had plotted to kill Trump. Iran denied deliveries of drones.",
        "It is said that Iran had plotted to kill Trump. Iran denied it.",
        "Israel said that Iran had plotted to kill Trump.\n\nIran denied it.",
    ],
)
def test_what_is_no_denial_of_the_claim(text: str) -> None:
    assert find_denials(understand("Did Iran plot to kill Trump?"), article(text)) == ()
