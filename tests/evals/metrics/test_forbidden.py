from evals.metrics.forbidden import forbidden

from .asked import asked, declined
from .making import documented

GOLD = {"forbidden": [{"text": "sixteen were killed", "why": "another source's figure"}]}


def test_the_example() -> None:
    score = forbidden()(asked(GOLD, ("In all 16 were killed there.", [1])))
    assert score.value == documented(forbidden)
    assert score.note == "sixteen were killed"


def test_less_is_better() -> None:
    assert forbidden().direction == "down"
    assert forbidden().binary


def test_what_is_denied_is_not_said() -> None:
    case = asked(GOLD, ("It is not true that 16 were killed there.", [1]))
    assert forbidden()(case).value == 0


def test_i_dont_know_violates_nothing() -> None:
    score = forbidden()(declined(GOLD, answer="Whether 16 were killed there is unknown."))
    assert (score.value, score.status) == (0, "ok")


def test_undefined_where_nothing_is_forbidden() -> None:
    assert forbidden()(asked({}, ("Seven.", [1]))).status == "na"


def test_what_the_answer_hides_beside_its_sentences_is_said_too() -> None:
    case = asked(GOLD, ("Seven died.", [1]), answer="Seven died. [1]\nYet sixteen were killed.")
    assert forbidden()(case).value == 1
