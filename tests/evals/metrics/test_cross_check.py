"""The retrieval metrics against trec_eval, by ir-measures, where the definitions coincide.

That is where every group has one place, and every passage covers one group or none, each once.
"""

import ir_measures
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ir_measures import AP, RR, Qrel, R, ScoredDoc, Success, nDCG

from evals.case import Place
from evals.metrics.average_precision import average_precision
from evals.metrics.evidence_recall import evidence_recall
from evals.metrics.ndcg import ndcg
from evals.metrics.reciprocal_rank import reciprocal_rank
from evals.metrics.success import success

from .making import ranked, spot, wanted

LENGTH = 10
CUT_OFFS = (1, 3, 5, 10)
EQUAL = 1e-9


def passage(number: int, characters: int) -> Place:
    """A passage that has so many of the characters of the span of that number."""
    start = 100 * number
    return spot(start + LENGTH - characters, start + LENGTH + 40)


@st.composite
def runs(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]]]:
    """How many groups there are, and the (number, characters) of the passages, best first."""
    groups = draw(st.integers(1, 8))
    order = draw(st.permutations(range(groups + 8)))
    numbers = order[: draw(st.integers(0, len(order)))]
    share = st.integers(LENGTH // 2, LENGTH)
    return groups, [(n, draw(share)) for n in numbers]


@settings(deadline=None, max_examples=80)
@given(runs())
def test_the_same_figures_as_trec_eval(made: tuple[int, list[tuple[int, int]]]) -> None:
    count, passages = made
    spans = [spot(100 * n, 100 * n + LENGTH) for n in range(count)]
    groups = [wanted(span, name=f"g{n}") for n, span in enumerate(spans)]
    case = ranked([passage(*one) for one in passages], groups)
    qrels = [Qrel("q", f"d{n}", 1) for n in range(count)]
    run = [ScoredDoc("q", f"d{n}", -rank) for rank, (n, _) in enumerate(passages, start=1)]
    pairs = {RR: reciprocal_rank()}
    for k in CUT_OFFS:
        pairs |= {
            AP @ k: average_precision(k),
            nDCG @ k: ndcg(k),
            RR @ k: reciprocal_rank(k),
            Success @ k: success(k),
            R @ k: evidence_recall(k),
        }
    theirs = ir_measures.calc_aggregate(list(pairs), qrels, run)
    for measure, metric in pairs.items():
        assert metric(case).value == pytest.approx(theirs[measure], abs=EQUAL), metric.name
