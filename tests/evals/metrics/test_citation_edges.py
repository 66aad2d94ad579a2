"""The edge cases that every metric of citations shares."""

import pytest

from evals.metrics.alce_precision import alce_precision
from evals.metrics.alce_recall import alce_recall
from evals.metrics.citation_hit import citation_hit
from evals.metrics.citation_validity import citation_validity
from evals.metrics.gold_citation_precision import gold_citation_precision
from evals.metrics.gold_citation_recall import gold_citation_recall
from evals.metrics.metric import Metric
from evals.metrics.misattribution import misattribution
from evals.metrics.quote_fidelity import quote_fidelity
from evals.metrics.support_precision import support_precision
from evals.metrics.support_recall import support_recall

from .making import (
    PARAGRAPHS,
    SECOND,
    SEVEN,
    answered,
    citation,
    declined,
    empty,
    group,
    overlap_support,
    place,
)

OF_SUPPORT = [m(overlap_support) for m in (alce_recall, alce_precision, support_recall)]
OF_SUPPORT.append(support_precision(overlap_support))
OF_GOLD = [gold_citation_precision(), gold_citation_recall(), citation_hit()]
OF_WHAT_IS_SHOWN = [citation_validity(), misattribution(overlap_support), quote_fidelity()]
GROUPS = [group("seven of their members")]


def each(*metrics: Metric) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("metric", metrics, ids=lambda metric: metric.name)


def status(metric: Metric, case: object) -> tuple[str, float | None]:
    found = metric(case)  # type: ignore[arg-type]
    return found.status, found.value


@each(*OF_SUPPORT, *OF_GOLD)
def test_an_empty_output_is_an_item_not_a_skip(metric: Metric) -> None:
    assert status(metric, empty(groups=GROUPS)) == ("ok", 0.0)
    assert metric(empty(groups=GROUPS)).denominator == 1
    assert status(metric, empty(groups=GROUPS, answer="\n \n")) == ("ok", 0.0)


@each(*OF_WHAT_IS_SHOWN)
def test_an_empty_output_shows_nothing_that_could_be_wrong(metric: Metric) -> None:
    assert status(metric, empty(groups=GROUPS)) == ("na", None)


@each(citation_hit(), gold_citation_recall())
def test_declining_an_answerable_question_shows_no_evidence(metric: Metric) -> None:
    assert status(metric, declined(groups=GROUPS)) == ("ok", 0.0)
    assert status(metric, declined(answerable=False)) == ("na", None)


@each(*OF_SUPPORT, gold_citation_precision(), *OF_WHAT_IS_SHOWN)
def test_i_do_not_know_claims_nothing_and_is_undefined(metric: Metric) -> None:
    assert status(metric, declined(groups=GROUPS)) == ("na", None)
    assert status(metric, declined(groups=GROUPS, nearest=[SECOND])) == ("na", None)


@each(*OF_SUPPORT, *OF_GOLD, *OF_WHAT_IS_SHOWN)
def test_an_empty_output_to_an_unanswerable_question_is_undefined(metric: Metric) -> None:
    assert status(metric, empty(answerable=False)) == ("na", None)


@each(*OF_SUPPORT, *OF_GOLD)
def test_an_answer_that_cites_nothing_scores_zero(metric: Metric) -> None:
    case = answered((SEVEN, []), citations=[], groups=GROUPS)
    assert status(metric, case) == ("ok", 0.0)


@each(*OF_SUPPORT)
def test_an_answer_to_an_unanswerable_question_is_scored_by_its_own_sources(
    metric: Metric,
) -> None:
    assert status(metric, answered((SEVEN, [2]), answerable=False)) == ("ok", 1.0)


@each(*OF_GOLD)
def test_a_question_without_evidence_is_undefined_and_not_zero(metric: Metric) -> None:
    assert status(metric, answered((SEVEN, [2]))) == ("na", None)


@each(*OF_SUPPORT, *OF_GOLD, citation_validity())
def test_a_faultless_answer_is_one(metric: Metric) -> None:
    case = answered((SEVEN, [2]), groups=GROUPS, citations=[SECOND])
    assert status(metric, case) == ("ok", 1.0)


@each(*OF_SUPPORT, *OF_GOLD, citation_validity())
def test_a_forged_quote_bears_nothing_out(metric: Metric) -> None:
    forged = SECOND.model_copy(update={"quote": SEVEN, "text": SEVEN})
    case = answered((SEVEN, [2]), groups=GROUPS, citations=[forged])
    assert status(metric, case) == ("ok", 0.0)


@each(*OF_GOLD)
def test_the_words_quoted_do_not_matter_only_their_paragraph_does(metric: Metric) -> None:
    beside = citation(2, "were killed.")
    assert not any(place("were killed.").overlap(p) for p in GROUPS[0].places)
    case = answered((SEVEN, [2]), groups=GROUPS, citations=[beside])
    assert status(metric, case) == ("ok", 1.0)
    assert "were killed." in PARAGRAPHS[1]
