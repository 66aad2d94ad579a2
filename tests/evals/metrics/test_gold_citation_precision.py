from evals.metrics.gold_citation_precision import gold_citation_precision

from .making import FIRST, SECOND, SEVEN, answered, citation, documented, group

METRIC = gold_citation_precision()
GROUPS = [group("seven of their members")]


def test_the_example() -> None:
    case = answered((SEVEN, [1, 2]), citations=[FIRST, SECOND], groups=GROUPS)
    assert METRIC(case).value == documented(gold_citation_precision)


def test_an_id_out_of_range_counts_in_the_denominator() -> None:
    assert METRIC(answered((SEVEN, [2, 9]), citations=[SECOND], groups=GROUPS)).value == 0.5


def test_a_paragraph_cited_twice_counts_once() -> None:
    twice = [citation(1, "seven of"), citation(2, "were killed"), citation(3, "strike hit")]
    assert METRIC(answered((SEVEN, [1, 2, 3]), citations=twice, groups=GROUPS)).value == 0.5


def test_an_alternative_of_the_group_is_right_too() -> None:
    either = [group("seven of their members", "dead as 16")]
    case = answered((SEVEN, [2]), citations=[SECOND, citation(3, "gave")], groups=either)
    assert METRIC(case).value == 1
