import importlib
from pathlib import Path

import evals.metrics
from evals.metrics.metric import Metric
from evals.metrics.registry import PRIMARY, all_metrics, primary
from rag.support import SupportModel

from .asked import Broken, ToyChecker, asked
from .making import SEVEN, group

METRICS = all_metrics(SupportModel())
SHARED = {
    "__init__", "checker", "claims", "gold_citations", "gold_parts", "metric", "normalisation",
    "plugins", "registry", "relevance", "resolution", "said", "support", "unsupported",
}  # fmt: skip
"""Modules that hold no metric of their own."""


def test_the_order_and_the_names_are_fixed() -> None:
    names = [metric.name for metric in METRICS]
    assert names == [metric.name for metric in all_metrics(ToyChecker())]
    assert len(set(names)) == len(names)


def test_at_most_five_decide_and_all_of_them_exist() -> None:
    assert len(PRIMARY) <= 5
    assert [metric.name for metric in primary(METRICS)] == list(PRIMARY)
    assert primary(METRICS[:1]) == METRICS[:1]


def test_every_module_with_a_metric_is_in_it() -> None:
    listed = {metric.name.partition("@")[0] for metric in METRICS}
    folder = Path(evals.metrics.__path__[0])
    modules = {path.stem for path in folder.glob("*.py")} - SHARED
    assert modules == listed


def test_every_metric_documents_range_edge_cases_and_an_example() -> None:
    for name in sorted({metric.name.partition("@")[0] for metric in METRICS}):
        module = importlib.import_module(f"evals.metrics.{name}")
        said = getattr(module, name).__doc__ or ""
        assert "Example:" in said, name
        assert "`na`" in said or "defined for every question" in said, name
        assert any(word in said for word in (" up", " down", " neutral")), name


def test_what_is_called_down_is_so() -> None:
    down = {metric.name for metric in METRICS if metric.direction == "down"}
    assert down == {
        "forbidden", "misattribution", "unsupported_number_rate", "unsupported_name_rate",
        "unsupported_quotation_rate",
    }  # fmt: skip


def by_name(metrics: tuple[Metric, ...]) -> dict[str, Metric]:
    return {metric.name: metric for metric in metrics}


def test_the_citation_metrics_read_the_checkers_verdicts() -> None:
    metrics = by_name(all_metrics(ToyChecker()))
    full, part = asked({}, (SEVEN, [2])), asked({}, ("Seven members of the Guards fled.", [2]))
    assert metrics["support_recall"](full).value == 1
    assert metrics["support_recall"](part).value == 0.5
    assert metrics["alce_recall"](asked({}, (SEVEN, [1]))).value == 0


def test_a_checker_that_fails_is_an_error_wherever_it_is_asked() -> None:
    case = asked({}, (SEVEN, [2]), groups=[group("seven of their members")])
    failed = {m.name for m in all_metrics(Broken()) if m(case).status == "error"}
    assert failed == {
        "alce_recall", "alce_precision", "support_recall", "support_precision", "misattribution",
        "faithfulness", "unsupported_number_rate", "unsupported_name_rate",
        "unsupported_quotation_rate",
    }  # fmt: skip
