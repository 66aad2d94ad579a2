"""Token precision: how much of what must be read is evidence."""

import re
from collections.abc import Sequence

from evals.case import Case, Place
from evals.gold.articles import Record
from evals.metrics.metric import NA, Metric, Score, ratio
from evals.metrics.relevance import at, gold
from rag.errors import UsageError

_TOKEN = re.compile(r"\w+(?:[.,'’]\w+)*")


def token_precision(k: int) -> Metric:
    """Gold tokens retrieved / tokens retrieved, of the first `k` passages.

    A token is a word or a number. A gold token lies wholly in a gold span, of whichever
    alternative; it counts once, while passages that overlap are read, and counted, as often as
    they come. Range 0 to 1, up. `na` where the question has no evidence; 0 where nothing was
    retrieved. `error` where a passage is of an article that the record lacks. After Smith and
    Troynikov 2024, Evaluating Chunking Strategies for Retrieval.

    Example: the passage "Seven were killed in Damascus that very Monday" has the gold span
    "Seven were". 2 of its 8 words: 2 / 8 = 0.25
    """

    def score(case: Case) -> Score:
        places = [place for group in gold(case) for place in group.places]
        if not places:
            return NA
        read = [token for passage in case.retrieved[:k] for token in _tokens(passage, case.record)]
        if not read:
            return Score(0.0, 0.0, 1.0, note="nothing was retrieved")
        return ratio(sum(_inside(token, places) for token in set(read)), len(read))

    return Metric(at("token_precision", k), score)


def _tokens(passage: Place, record: Record) -> list[Place]:
    article = record.find(passage.article)
    if article is None:
        raise UsageError(
            f"The article {passage.article!r} is not among those given; score the run with the "
            "articles that it was made from."
        )
    found = _TOKEN.finditer(article.text, passage.start, passage.end)
    return [Place(passage.article, match.start(), match.end()) for match in found]


def _inside(token: Place, places: Sequence[Place]) -> bool:
    return any(token.overlap(place) == token.end - token.start for place in places)
