from evals.metrics.exact_match import exact_match

from .asked import FALSE_PREMISE, UNANSWERABLE, asked, declined
from .making import documented

GOLD = {"answers": [{"text": "3.5 tonnes", "aliases": ["Three and a half tonnes"]}]}


def test_the_example() -> None:
    assert exact_match()(asked(GOLD, ("The 3.5 tonnes.", [1]))).value == 1
    assert exact_match()(asked(GOLD, ("35 tonnes", [1]))).value == documented(exact_match)


def test_an_alias_is_as_good() -> None:
    assert exact_match()(asked(GOLD, ("three and a half tonnes", [1]))).value == 1


def test_more_than_the_answer_is_not_exact() -> None:
    assert exact_match()(asked(GOLD, ("It was 3.5 tonnes.", [1]))).value == 0


def test_i_dont_know_is_wrong_where_there_is_an_answer_and_undefined_where_there_is_none() -> None:
    assert exact_match()(declined(GOLD)).value == 0
    assert exact_match()(declined(FALSE_PREMISE | GOLD)).status == "na"
    assert exact_match()(declined(UNANSWERABLE)).status == "na"
    assert exact_match()(asked({}, ("Seven.", [1]))).status == "na"
