"""Unsupported quotations: how many of the answer's quoted words its sources do not have."""

from evals.metrics.checker import Checker
from evals.metrics.metric import Metric
from evals.metrics.unsupported import unsupported_rate
from rag.quotations import find_quotations


def unsupported_quotation_rate(checker: Checker) -> Metric:
    """Quotations that do not stand in the cited paragraphs word for word / quotations.

    Quotations of any length. All of a sentence that cites nothing are unsupported. Range 0 to 1,
    down. `na` where the answer quotes nothing.

    Example: two quotations, of which one stands in the cited paragraph: 1 / 2 = 0.5
    """
    return unsupported_rate(
        "unsupported_quotation_rate", checker, find_quotations, lambda finding: finding.quotations
    )
