"""Precision, recall, F1, balanced accuracy and AUROC of the support checker, with intervals."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from evals.bench.intervals import percentile
from evals.bench_support.items import Item
from rag.errors import DatelineError
from rag.support import SupportJudge

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RESAMPLES = 1000
SEED = 20241001
TAUS = tuple(step / 100 for step in range(20, 100))


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure from 0 to 1 and its 95 % interval; NaN where it is undefined."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Scored:
    """An item as the checker sees it: whether no rule fails, and the lowest score."""

    source: str
    gold: bool
    sound: bool
    score: float


@dataclass(frozen=True, slots=True)
class Measured:
    """The checker against people's labels, on `items` claims of `sources` texts.

    "Supported" is the label itself; every other, partial support too, counts as unsupported.
    """

    items: int
    sources: int
    supported: int
    tau: float
    figures: Mapping[str, Estimate]


class Judge(SupportJudge, Protocol):
    """What is measured: The rules (`SupportModel`), a reader alone, or both (`ReadingJudge`)."""

    @property
    def tau(self) -> float:
        """The score from which a claim is supported."""

    @property
    def lenient(self) -> SupportJudge:
        """The same, saying "supported" of whatever no rule refuses."""


def scored(items: Sequence[Item], judge: Judge) -> list[Scored]:
    """Check every item once, so that any tau can be tried.

    A claim is as good as its worst sentence.
    """
    lenient = judge.lenient
    found = []
    for item in items:
        verdicts = [lenient.check(item.premise, sentence) for sentence in item.claim]
        sound = bool(verdicts) and all(v.support == "supported" for v in verdicts)
        score = min((v.score for v in verdicts), default=0.0)
        found.append(Scored(item.source, item.label == "supported", sound, score))
    return found


def choose_tau(benchmarks: Sequence[Sequence[Scored]]) -> float:
    """Return the tau with the best balanced accuracy, averaged over the benchmarks.

    Of equals the middle one is taken. Raises DatelineError where one has claims of one label.
    """
    import numpy as np

    mean = [
        float(np.mean([_figures(_counts(b, tau).sum(axis=0))[_BALANCED] for b in benchmarks]))
        for tau in TAUS
    ]
    if any(map(math.isnan, mean)):
        raise DatelineError(
            "A benchmark's tuning half has claims of one label alone, so that no tau can be "
            "chosen on it; give it claims that are supported and claims that are not."
        )
    best = [tau for tau, value in zip(TAUS, mean, strict=True) if value >= max(mean) - 1e-9]
    return best[len(best) // 2]


def measure(items: Sequence[Item], judge: Judge, *, resamples: int = RESAMPLES) -> Measured:
    """Measure a judge at its own tau; intervals by the bootstrap over the sources.

    Efron's percentile method; all claims on one text are drawn together.
    """
    return measured(scored(items, judge), judge.tau, resamples=resamples)


def measured(of: Sequence[Scored], tau: float, *, resamples: int = RESAMPLES) -> Measured:
    """Measure what has been scored (see `measure`)."""
    import numpy as np

    sources = sorted({one.source for one in of})
    place = {source: n for n, source in enumerate(sources)}
    owner = np.array([place[one.source] for one in of])
    per_source = np.zeros((len(sources), 4))
    np.add.at(per_source, owner, _counts(of, tau))
    area = _area(of)
    draw = np.random.default_rng(SEED)
    samples = []
    for _ in range(resamples):
        drawn = np.bincount(draw.integers(0, len(sources), len(sources)), minlength=len(sources))
        samples.append([*_figures(drawn @ per_source).values(), area(drawn[owner])])
    values = [*_figures(per_source.sum(axis=0)).values(), area(np.ones(len(of)))]
    names = [*_figures(per_source.sum(axis=0)), "auroc"]
    figures = {
        name: Estimate(value, *_interval([sample[n] for sample in samples]))
        for n, (name, value) in enumerate(zip(names, values, strict=True))
    }
    return Measured(len(of), len(sources), sum(one.gold for one in of), tau, figures)


_BALANCED = "balanced_accuracy"


def _counts(of: Sequence[Scored], tau: float) -> Any:  # noqa: ANN401 (an array, numpy is lazy)
    """Return a row per item: true and false support, true and false want of it."""
    import numpy as np

    said = np.array([one.sound and one.score >= tau for one in of], dtype=bool)
    gold = np.array([one.gold for one in of], dtype=bool)
    return np.stack([said & gold, said & ~gold, ~said & ~gold, ~said & gold], axis=1).astype(float)


def _figures(counts: "Floats") -> dict[str, float]:
    tp, fp, tn, fn = (float(count) for count in counts)
    return {
        "unsupported_precision": _share(tn, tn + fn),
        "unsupported_recall": _share(tn, tn + fp),
        "unsupported_f1": _share(2 * tn, 2 * tn + fn + fp),
        "supported_precision": _share(tp, tp + fp),
        "supported_recall": _share(tp, tp + fn),
        "supported_f1": _share(2 * tp, 2 * tp + fp + fn),
        _BALANCED: (_share(tp, tp + fn) + _share(tn, tn + fp)) / 2,
    }


def _interval(values: Sequence[float]) -> tuple[float, float]:
    """Return the 95 % interval of the resamples in which the figure is defined."""
    defined = [value for value in values if not math.isnan(value)]
    if not defined:
        return math.nan, math.nan
    return percentile(defined, 2.5), percentile(defined, 97.5)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else math.nan


def _area(of: Sequence[Scored]) -> Callable[["Floats"], float]:
    """Return the area under the ROC curve as a function of the items' weights.

    The chance that a supported claim scores above an unsupported one, ties counting half.
    """
    import numpy as np

    scores = np.array([one.score for one in of])
    gold = np.array([one.gold for one in of], dtype=float)
    _, level = np.unique(scores, return_inverse=True)

    def area(weight: "Floats") -> float:
        good = np.bincount(level, weights=weight * gold)
        bad = np.bincount(level, weights=weight * (1 - gold))
        below = np.cumsum(bad) - bad / 2
        return _share(float(good @ below), float(good.sum() * bad.sum()))

    return area
