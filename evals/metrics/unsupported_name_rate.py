"""Unsupported names: how many of the answer's names its sources do not give."""

from evals.metrics.checker import Checker
from evals.metrics.metric import Metric
from evals.metrics.unsupported import unsupported_rate
from rag.names import find_names


def unsupported_name_rate(checker: Checker) -> Metric:
    """Names in the answer that the cited paragraphs, and their heading, lack / names in it.

    The heading is speaker, title and day, which the reader sees beside the paragraph. All names
    of a sentence that cites nothing are unsupported. Range 0 to 1, down. `na` where the answer
    names nobody and nothing.

    Example: "It was Syria, said Emmanuel Macron [1]." cites a paragraph that names Syria alone:
    1 / 2 = 0.5
    """
    return unsupported_rate(
        "unsupported_name_rate", checker, find_names, lambda finding: finding.names
    )
