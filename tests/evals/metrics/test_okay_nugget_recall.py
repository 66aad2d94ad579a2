from evals.metrics.okay_nugget_recall import okay_nugget_recall

from .asked import FALSE_PREMISE, asked, declined, nugget
from .making import documented

NUGGETS = [
    nugget(["Damascus"], importance="okay"),
    nugget(["Syria"], id_="n2", importance="okay"),
    nugget(["seven"], id_="n3"),
]


def test_the_example() -> None:
    score = okay_nugget_recall()(asked({"nuggets": NUGGETS}, ("In Damascus.", [1])))
    assert score.value == documented(okay_nugget_recall)
    assert score.denominator == 2


def test_undefined_without_one_or_when_rightly_declined() -> None:
    assert okay_nugget_recall()(asked({"nuggets": NUGGETS[2:]}, ("Seven.", [1]))).status == "na"
    assert okay_nugget_recall()(declined(FALSE_PREMISE | {"nuggets": NUGGETS})).status == "na"
    assert okay_nugget_recall()(declined({"nuggets": NUGGETS})).value == 0
