import pytest

from evals.case import Place
from evals.metrics.conflict_both import conflict_both
from evals.metrics.conflict_coverage import conflict_coverage

from .asked import asked, hedged, nugget
from .making import FIRST, PARAGRAPHS, SECOND, THIRD, documented, group

GROUPS = (group("seven of their members", name="g1"), group("the dead as 16", name="g2"))
GOLD = {"type": "conflict", "nuggets": [nugget(["seven"]), nugget(["sixteen"], id_="n2")]}
SEVEN, SIXTEEN = ("The Guards said seven.", [2]), ("The ministry said 16.", [3])


def test_the_examples() -> None:
    one = asked(GOLD, SEVEN, groups=GROUPS, citations=[SECOND])
    assert conflict_coverage()(one).value == documented(conflict_coverage)
    uncited = asked(GOLD, SEVEN, ("The ministry said 16.", []), groups=GROUPS, citations=[SECOND])
    assert conflict_coverage()(uncited).value == 0.75
    assert conflict_both()(uncited).value == documented(conflict_both)


def test_both_positions_each_with_its_citation() -> None:
    both = asked(GOLD, SEVEN, SIXTEEN, groups=GROUPS, citations=[SECOND, THIRD])
    assert conflict_coverage()(both).value == 1
    assert conflict_both()(both).value == 1


def test_a_citation_of_something_else_covers_no_position() -> None:
    case = asked(GOLD, ("It was Damascus.", [1]), groups=GROUPS, citations=[FIRST])
    assert conflict_coverage()(case).value == 0


@pytest.mark.parametrize("factory", [conflict_coverage, conflict_both])
def test_undefined_for_other_questions_and_0_for_i_dont_know(factory: object) -> None:
    metric = factory()
    assert metric(asked({}, SEVEN, groups=GROUPS)).status == "na"
    score = metric(hedged(GOLD, SEVEN, SIXTEEN, groups=GROUPS))
    assert (score.value, score.status) == (0, "ok")


def test_it_asks_for_words_of_the_article_however_the_passages_were_cut() -> None:
    both = asked(GOLD, SEVEN, SIXTEEN, groups=GROUPS, citations=[SECOND, THIRD])
    for size in (5, 40, len("\n\n".join(PARAGRAPHS))):
        cut = tuple(Place("strike", n, n + size) for n in range(0, 150, size))
        again = type(both)(both.question, both.reply, cut, both.groups, both.record)
        assert conflict_coverage()(again) == conflict_coverage()(both)
