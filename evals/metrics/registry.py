"""Which metrics a run is scored by, in which order, and which of them decide."""

from collections.abc import Callable
from functools import partial

from evals.metrics.abstention_right import abstention_right
from evals.metrics.alce_precision import alce_precision
from evals.metrics.alce_recall import alce_recall
from evals.metrics.all_evidence import all_evidence
from evals.metrics.article_recall import article_recall
from evals.metrics.average_precision import average_precision
from evals.metrics.checker import Checker
from evals.metrics.citation_hit import citation_hit
from evals.metrics.citation_validity import citation_validity
from evals.metrics.conflict_both import conflict_both
from evals.metrics.conflict_coverage import conflict_coverage
from evals.metrics.dates import dates
from evals.metrics.evidence_recall import evidence_recall
from evals.metrics.exact_match import exact_match
from evals.metrics.faithfulness import faithfulness
from evals.metrics.forbidden import forbidden
from evals.metrics.gold_citation_precision import gold_citation_precision
from evals.metrics.gold_citation_recall import gold_citation_recall
from evals.metrics.idk_score import idk_score
from evals.metrics.metric import Metric
from evals.metrics.misattribution import misattribution
from evals.metrics.ndcg import ndcg
from evals.metrics.nugget_recall import nugget_recall
from evals.metrics.nugget_recall_partial import nugget_recall_partial
from evals.metrics.numbers import numbers
from evals.metrics.okay_nugget_recall import okay_nugget_recall
from evals.metrics.quote_fidelity import quote_fidelity
from evals.metrics.reciprocal_rank import reciprocal_rank
from evals.metrics.success import success
from evals.metrics.support_precision import support_precision
from evals.metrics.support_recall import support_recall
from evals.metrics.token_f1 import token_f1
from evals.metrics.token_precision import token_precision
from evals.metrics.unsupported_name_rate import unsupported_name_rate
from evals.metrics.unsupported_number_rate import unsupported_number_rate
from evals.metrics.unsupported_quotation_rate import unsupported_quotation_rate

PRIMARY = (
    # Right answers, and "I don't know" where it belongs: the headline, which neither a system
    # that always answers nor one that always declines can win.
    "idk_score",
    # What Dateline promises: a citation opens the evidence.
    "citation_hit",
    # And nothing but evidence: hit alone would reward citing everything.
    "gold_citation_precision",
    # The ceiling of all that follows; it moves first when the index is changed.
    "evidence_recall@5",
    # Declining on its own, which the headline mixes with the quality of the answers.
    "abstention_right",
)
"""The metrics that decide a comparison. Five at most: each costs the others power (Holm)."""

_STRENGTH = {"supported": 1.0, "partial": 0.5, "unsupported": 0.0}

_PLAIN: tuple[Callable[[], Metric], ...] = (
    citation_hit, citation_validity, gold_citation_precision, gold_citation_recall,
    quote_fidelity, exact_match, token_f1, nugget_recall, nugget_recall_partial,
    okay_nugget_recall, forbidden, numbers, dates, conflict_coverage, conflict_both,
)  # fmt: skip
_BY_SUPPORT = (alce_recall, alce_precision, support_recall, support_precision, misattribution)
_BY_CHECKER = (
    faithfulness, unsupported_number_rate, unsupported_name_rate, unsupported_quotation_rate,
)  # fmt: skip


def all_metrics(support: Checker) -> tuple[Metric, ...]:
    """Return every metric of ours, in the order in which they are reported.

    `support` checks claims: `rag.support.SupportModel`, or any other `Checker`.
    """
    return (
        idk_score(),
        abstention_right(),
        *(evidence_recall(k) for k in (1, 5, 10)),
        *(all_evidence(k) for k in (5, 10)),
        *(success(k) for k in (1, 5)),
        *(metric(10) for metric in (reciprocal_rank, average_precision, ndcg)),
        *(metric(5) for metric in (article_recall, token_precision)),
        *(metric() for metric in _PLAIN),
        *(metric(partial(_phi, support)) for metric in _BY_SUPPORT),
        *(metric(support) for metric in _BY_CHECKER),
    )


def primary(metrics: tuple[Metric, ...]) -> tuple[Metric, ...]:
    """Return those of the metrics that decide a comparison, in the order of PRIMARY."""
    by_name = {metric.name: metric for metric in metrics}
    return tuple(by_name[name] for name in PRIMARY if name in by_name)


def _phi(support: Checker, premise: str, claim: str) -> float:
    """Return a checker's verdict as the number that the citation metrics read."""
    return _STRENGTH[support.check(premise, claim).support]
