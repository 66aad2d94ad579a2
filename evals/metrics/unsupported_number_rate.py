"""Unsupported numbers: how many of the answer's numbers its sources do not give."""

from evals.metrics.checker import Checker
from evals.metrics.metric import Metric
from evals.metrics.unsupported import unsupported_rate
from rag.quantities import quantities


def unsupported_number_rate(checker: Checker) -> Metric:
    """Numbers of the answer that the cited paragraphs lack / numbers of the answer.

    The parts of a date are no numbers. All numbers of a sentence that cites nothing are
    unsupported. Range 0 to 1, down. `na` where the answer has no number.

    Example: "Seven died and 20 were hurt [1]." cites "Seven were killed.": 1 / 2 = 0.5
    """
    return unsupported_rate(
        "unsupported_number_rate", checker, quantities, lambda finding: finding.numbers
    )
