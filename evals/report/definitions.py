"""What each metric measures, in the first sentence of its docstring."""

import inspect
import re
import sys
from collections.abc import Sequence

from evals.metrics.metric import Metric

_SENTENCE = re.compile(r".+?[.!?](?=\s|$)", re.DOTALL)
_NAME = re.compile(r"(?P<name>[^@]+)(?:@(?P<k>\d+))?")


def definitions(metrics: Sequence[Metric]) -> dict[str, str]:
    """Return a sentence for each metric, by name; empty where its author wrote none.

    It is that of the function named as the metric, in the module of its scorer or of its own;
    else of the scorer itself. A cut-off `k` is put in.
    """
    return {metric.name: _definition(metric) for metric in metrics}


def _definition(metric: Metric) -> str:
    named = _NAME.fullmatch(metric.name)
    name, k = (named["name"], named["k"]) if named else (metric.name, None)
    sentence = _first_sentence(_docstring(metric, name))
    if k == "1":
        sentence = sentence.replace("first `k` passages", "first passage")
    return sentence.replace("`k`", k) if k else sentence


def _docstring(metric: Metric, name: str) -> str:
    # Several metrics may share a scorer; each of ours has a module of its name.
    for place in (getattr(metric.score, "__module__", ""), f"evals.metrics.{name}"):
        factory = getattr(sys.modules.get(place), name, None)
        if inspect.isfunction(factory):
            return inspect.getdoc(factory) or ""
    return inspect.getdoc(metric.score) or ""


def _first_sentence(docstring: str) -> str:
    paragraph = " ".join(docstring.partition("\n\n")[0].split())
    found = _SENTENCE.match(paragraph)
    return found.group() if found else paragraph
