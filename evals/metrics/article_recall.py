"""Article recall: whether the right articles were found, whatever passage of them."""

from evals.case import Case
from evals.metrics.metric import Metric, Score, ratio
from evals.metrics.relevance import at, gold


def article_recall(k: int) -> Metric:
    """Groups with a passage of one of their articles among the first `k` / all groups.

    It counts groups and not articles: alternatives of one group may stand in several articles,
    of which one will do. `k` counts passages. Range 0 to 1, up. `na` where the question has no
    evidence; 0 where nothing was retrieved. With evidence recall it tells a wrong article from a
    wrong passage of the right one.

    Example: one group in article a, one in b or c; the passages are of c and d. 1 / 2 = 0.5
    """

    def score(case: Case) -> Score:
        seen = {passage.article for passage in case.retrieved[:k]}
        groups = gold(case)
        found = sum(any(place.article in seen for place in group.places) for group in groups)
        return ratio(found, len(groups))

    return Metric(at("article_recall", k), score)
