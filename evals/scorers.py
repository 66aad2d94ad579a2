"""The metrics of a scoring, with the checker that they share."""

from collections.abc import Sequence

from evals.gold.articles import Record
from evals.metrics.metric import Metric
from evals.metrics.plugins import with_others
from evals.metrics.registry import all_metrics
from rag.support import SupportModel, idf_of


def scorers_for(record: Record, named: Sequence[str] = ()) -> tuple[Metric, ...]:
    """Return all metrics, ours and others', with words weighed by how rare they are in the record.

    Raises UsageError for a metric that cannot be loaded.
    """
    return with_others(all_metrics(support_model(record)), named)


def support_model(record: Record) -> SupportModel:
    """Return the checker whose words weigh as much as they are rare in the record."""
    return SupportModel(idf_of(a.slice(p) for a in record.articles.values() for p in a.paragraphs))
