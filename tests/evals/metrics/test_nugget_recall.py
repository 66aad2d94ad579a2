import pytest

from evals.metrics.nugget_recall import nugget_recall

from .asked import FALSE_PREMISE, UNANSWERABLE, asked, declined, nugget
from .making import documented

THREE = [
    nugget(["seven", "killed"]),
    nugget(["Damascus"], id_="n2"),
    nugget([{"date": "2024-04-01"}], id_="n3"),
]


def test_the_example() -> None:
    case = asked({"nuggets": THREE}, ("Seven were killed in Damascus.", [1]))
    score = nugget_recall()(case)
    assert score.value == pytest.approx(documented(nugget_recall), abs=5e-4)
    assert (score.numerator, score.denominator) == (2, 3)


def test_half_a_nugget_is_none() -> None:
    case = asked({"nuggets": [nugget(["seven", "killed"])]}, ("Seven were hurt.", [1]))
    assert nugget_recall()(case).value == 0


def test_a_denial_is_not_the_nugget() -> None:
    case = asked({"nuggets": [nugget(["killed"])]}, ("Nobody was killed.", [1]))
    assert nugget_recall()(case).value == 0


def test_okay_nuggets_do_not_count() -> None:
    nuggets = [nugget(["seven"]), nugget(["Damascus"], id_="n2", importance="okay")]
    assert nugget_recall()(asked({"nuggets": nuggets}, ("Seven.", [1]))).value == 1
    assert nugget_recall()(asked({"nuggets": nuggets[1:]}, ("Seven.", [1]))).status == "na"


def test_i_dont_know_is_wrong_where_there_is_an_answer_and_undefined_where_there_is_none() -> None:
    assert nugget_recall()(declined({"nuggets": THREE})).value == 0
    assert nugget_recall()(declined(FALSE_PREMISE | {"nuggets": THREE})).status == "na"
    assert nugget_recall()(declined(UNANSWERABLE)).status == "na"


def test_a_correction_is_scored_like_an_answer() -> None:
    gold = FALSE_PREMISE | {"nuggets": THREE[:2]}
    assert nugget_recall()(asked(gold, ("It was in Damascus.", [1]))).value == 0.5


def test_a_refusal_that_names_the_fact_has_not_said_it() -> None:
    case = declined({"nuggets": [nugget(["seven"])]}, answer="Whether seven died is not said.")
    assert nugget_recall()(case).value == 0


def test_the_same_answer_is_always_scored_the_same() -> None:
    case = asked({"nuggets": THREE}, ("Seven were killed in Damascus.", [1]))
    assert nugget_recall()(case) == nugget_recall()(case)
