from hypothesis import given
from hypothesis import strategies as st

from evals.metrics.nugget_recall import nugget_recall
from evals.metrics.nugget_recall_partial import nugget_recall_partial

from .asked import FALSE_PREMISE, asked, declined, nugget
from .making import documented

TWO = [nugget(["Damascus"]), nugget(["seven", "killed"], ["7 dead"], id_="n2")]


def test_the_example() -> None:
    case = asked({"nuggets": TWO}, ("Seven were hurt in Damascus.", [1]))
    assert nugget_recall_partial()(case).value == documented(nugget_recall_partial)


def test_all_patterns_but_far_apart_are_half() -> None:
    case = asked(
        {"nuggets": TWO[1:]}, ("Seven came.", [1]), ("It rained.", [1]), ("Some were killed.", [1])
    )
    assert nugget_recall_partial()(case).value == 0.5


def test_nothing_of_it_is_nothing() -> None:
    assert nugget_recall_partial()(asked({"nuggets": TWO}, ("It rained.", [1]))).value == 0


def test_half_of_a_denial_is_nothing() -> None:
    case = asked({"nuggets": TWO[1:]}, ("None was killed.", [1]))
    assert nugget_recall_partial()(case).value == 0


def test_i_dont_know() -> None:
    assert nugget_recall_partial()(declined({"nuggets": TWO})).value == 0
    assert nugget_recall_partial()(declined(FALSE_PREMISE | {"nuggets": TWO})).status == "na"
    assert nugget_recall_partial()(asked({}, ("Seven.", [1]))).status == "na"


@given(st.lists(st.sampled_from(["Seven came.", "All were killed.", "In Damascus."]), max_size=4))
def test_it_is_never_below_the_strict_recall(texts: list[str]) -> None:
    case = asked({"nuggets": TWO}, *((text, [1]) for text in texts))
    assert (nugget_recall_partial()(case).value or 0) >= (nugget_recall()(case).value or 0)
