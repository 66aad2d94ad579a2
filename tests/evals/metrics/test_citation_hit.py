from evals.metrics.citation_hit import citation_hit

from .making import FIRST, SECOND, SEVEN, answered, documented, group

METRIC = citation_hit()


def test_the_example() -> None:
    groups = [group("seven of their members")]
    case = answered((SEVEN, [1, 2]), citations=[FIRST, SECOND], groups=groups)
    assert METRIC(case).value == documented(citation_hit)
    assert METRIC(answered((SEVEN, [1]), citations=[FIRST], groups=groups)).value == 0
    assert METRIC.binary


def test_a_paragraph_with_a_part_of_the_span_is_no_hit() -> None:
    groups = [group("in Damascus.\n\nThe Guards")]
    assert METRIC(answered((SEVEN, [2]), citations=[SECOND], groups=groups)).value == 0
