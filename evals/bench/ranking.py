"""How good a ranking of documents is: nDCG@10 and recall@10, by ir-measures."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.errors import UsageError

CUTOFF = 10


@dataclass(frozen=True, slots=True)
class Scores:
    """The measures of each query, from 0 to 1, by query id."""

    ndcg: Mapping[str, float]
    recall: Mapping[str, float]


def documents_of(passages: Iterable[str]) -> list[str]:
    """The documents of ranked passages, each at the rank of its best passage."""
    return list(dict.fromkeys(passages))


def scores(
    rankings: Mapping[str, Sequence[str]], judgements: Mapping[str, Mapping[str, int]]
) -> Scores:
    """Measure `rankings` (documents, best first, by query); a judged query without one gets 0."""
    try:
        import ir_measures
        from ir_measures import R, nDCG
    except ImportError as error:
        raise UsageError(
            "Retrieval is measured by the package ir-measures; install it with: "
            "pip install ir-measures"
        ) from error

    run = {
        query: {document: 1 / rank for rank, document in enumerate(ranked, start=1)}
        for query, ranked in rankings.items()
    }
    ndcg, recall = dict.fromkeys(judgements, 0.0), dict.fromkeys(judgements, 0.0)
    graded = {query: dict(grades) for query, grades in judgements.items()}
    for result in ir_measures.iter_calc([nDCG @ CUTOFF, R @ CUTOFF], graded, run):
        measured = ndcg if result.measure == nDCG @ CUTOFF else recall
        measured[result.query_id] = float(result.value)
    return Scores(ndcg, recall)
