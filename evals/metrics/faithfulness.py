"""Faithfulness: how much of what the answer says its own sources support."""

from evals.case import Case
from evals.metrics.checker import Checker, checked
from evals.metrics.metric import Metric, Score, ratio


def faithfulness(checker: Checker) -> Metric:
    """Sentences that their cited paragraphs support / sentences of the answer.

    Support in part does not count. A sentence that cites nothing, or nothing that resolves, is
    not supported: claims with an empty context give 0. `na` where nothing is claimed, as in a
    reply that abstains. Range 0 to 1, up. After the faithfulness of Es et al. 2024 (RAGAS), with
    a checker by rule in place of a chat model, and against the cited text alone.

    Example: of three sentences one is supported, one in part, and one cites nothing: 1 / 3 = 0.333
    """

    def score(case: Case) -> Score:
        findings = [one.finding for one in checked(case, checker)]
        supported = sum(f is not None and f.support == "supported" for f in findings)
        return ratio(supported, len(findings))

    return Metric("faithfulness", score)
