from evals.metrics.gold_citation_recall import gold_citation_recall

from .making import SECOND, SEVEN, THIRD, answered, documented, group

METRIC = gold_citation_recall()
GROUPS = [group("seven of their members", name="g1"), group("dead as 16", name="g2")]


def test_the_example() -> None:
    case = answered((SEVEN, [2]), citations=[SECOND], groups=GROUPS)
    assert METRIC(case).value == documented(gold_citation_recall)
    assert METRIC(answered((SEVEN, [2]), citations=[SECOND, THIRD], groups=GROUPS)).value == 1


def test_one_alternative_is_enough() -> None:
    either = [group("seven of their members", "dead as 16")]
    assert METRIC(answered((SEVEN, [3]), citations=[THIRD], groups=either)).value == 1
