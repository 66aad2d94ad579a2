import pytest

from evals.case import Case
from evals.metrics.all_evidence import all_evidence
from evals.metrics.article_recall import article_recall
from evals.metrics.average_precision import average_precision
from evals.metrics.evidence_recall import evidence_recall
from evals.metrics.metric import Metric
from evals.metrics.ndcg import ndcg
from evals.metrics.reciprocal_rank import reciprocal_rank
from evals.metrics.relevance import at
from evals.metrics.success import success
from evals.metrics.token_precision import token_precision
from rag.errors import UsageError

from .making import PARAGRAPHS, RECORD, answered, group, place, question, ranked, reply, wanted

ALL = [
    evidence_recall(3),
    all_evidence(3),
    success(3),
    reciprocal_rank(),
    article_recall(3),
    average_precision(3),
    ndcg(3),
    token_precision(3),
]
NAMED = pytest.mark.parametrize("metric", ALL, ids=lambda metric: metric.name)


@NAMED
def test_a_question_without_evidence_is_undefined_and_not_zero(metric: Metric) -> None:
    found = metric(answered(retrieved=[place(PARAGRAPHS[0])]))
    assert (found.status, found.value) == ("na", None)


@NAMED
def test_empty_context_is_zero_and_stays_in_the_mean(metric: Metric) -> None:
    found = metric(ranked([], [group("seven of their members")]))
    assert (found.status, found.value) == ("ok", 0.0)
    assert found.denominator > 0


@NAMED
def test_an_empty_or_declining_answer_does_not_change_what_was_retrieved(metric: Metric) -> None:
    retrieved, groups = [place(PARAGRAPHS[1])], [group("seven of their members")]
    full = metric(ranked(retrieved, groups))
    for changes in ({"answer": ""}, {"status": "abstained", "citations": []}):
        assert metric(answered(retrieved=retrieved, groups=groups, **changes)) == full
    assert full.value


@NAMED
def test_the_whole_article_found_first_is_perfect(metric: Metric) -> None:
    found = metric(ranked([place(PARAGRAPHS[1])], [group(PARAGRAPHS[1])]))
    assert found.value == 1.0


@NAMED
def test_gold_that_has_no_place_is_an_error_and_not_a_bad_answer(metric: Metric) -> None:
    lost = ranked([place(PARAGRAPHS[0])], [group("seven of their members"), wanted(name="g2")])
    assert metric(lost).status == "error"
    assert "'g2'" in (metric(lost).note or "")
    evidence = [{"group": "g1", "any_of": [{"article": "strike", "quote": "seven"}]}]
    forgotten = Case(question(evidence=evidence), reply(), record=RECORD)
    assert metric(forgotten).status == "error"


@NAMED
def test_cutting_the_articles_otherwise_does_not_lose_the_gold(metric: Metric) -> None:
    """Gold ids of other harnesses break when articles are cut again; spans do not."""
    span = place("seven of their members")
    halves = [
        type(span)(span.article, span.start - 4, span.start + 11),
        type(span)(span.article, span.start + 11, span.end + 4),
    ]
    found = metric(ranked(halves, [group("seven of their members")]))
    assert found.value
    assert found.status == "ok"


def test_the_cut_off_is_part_of_the_name() -> None:
    assert [metric.name for metric in ALL][:4] == [
        "evidence_recall@3",
        "all_evidence@3",
        "success@3",
        "reciprocal_rank",
    ]
    assert reciprocal_rank(10).name == "reciprocal_rank@10"
    with pytest.raises(UsageError, match="0 passages"):
        at("success", 0)
    with pytest.raises(UsageError):
        reciprocal_rank(0)
