"""Two scored runs, question by question."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from evals.fingerprint import mismatches
from evals.flip import Flip, flipped
from evals.metrics.metric import Direction
from evals.scored import Scored, Scorer
from evals.statistics.bootstrap import RESAMPLES, interval
from evals.statistics.clusters import clustered_sd
from evals.statistics.holm import holm
from evals.statistics.mcnemar import mcnemar
from evals.statistics.permutation import DRAWS, sign_flip
from evals.statistics.power import GAINS, detectable_drop, detectable_mean
from rag.errors import UsageError

MOST_PRIMARY = 5
Test = Literal["mcnemar", "sign_flip"]
_NAMED = 5
_DIGITS = 9  # a difference below is rounding, not a change


@dataclass(frozen=True, slots=True)
class Compared:
    """One metric of both runs, over the questions where both are `ok`.

    `difference` is candidate less baseline, with its 95 % `interval`. `p` is one-sided, that the
    candidate is worse; `holm` is that p corrected, of primary metrics only. `detectable` is the
    smallest drop that four comparisons of five would show: for binary metrics with as many
    independent questions as there are families, of which 2 % are won by chance, or as many as
    were. All are None where there is no pair, and the last three for `neutral` metrics, which
    nothing judges.
    """

    metric: str
    direction: Direction
    binary: bool
    primary: bool
    pairs: int
    families: int
    losses: int
    gains: int
    baseline: float | None = None
    candidate: float | None = None
    difference: float | None = None
    interval: tuple[float, float] | None = None
    test: Test | None = None
    p: float | None = None
    holm: float | None = None
    detectable: float | None = None
    flips: tuple[Flip, ...] = ()
    undefined: tuple[str, ...] = ()
    """Questions that are `ok` in one run and `na` in the other."""
    errors: tuple[str, ...] = ()
    """Questions whose scorer failed in either run."""

    @property
    def drop(self) -> float | None:
        """By how much the candidate is worse, negative where it is better."""
        if self.difference is None:
            return None
        return self.difference if self.direction == "down" else -self.difference

    @property
    def largest_drop(self) -> float | None:
        """The worse end of the interval, as a drop."""
        if self.interval is None:
            return None
        return self.interval[1] if self.direction == "down" else -self.interval[0]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every metric of two runs, by name; `primary` are those that decide, in the order given."""

    questions: int
    families: int
    primary: tuple[str, ...]
    metrics: Mapping[str, Compared]

    @property
    def decisive(self) -> tuple[Compared, ...]:
        """The primary metrics."""
        return tuple(self.metrics[name] for name in self.primary)


def compare(
    baseline: Scored,
    candidate: Scored,
    *,
    primary: Sequence[str] = (),
    resamples: int = RESAMPLES,
    draws: int = DRAWS,
    seed: int = 0,
) -> Comparison:
    """Pair two runs by question id and compare every metric; equal input gives equal figures.

    Raises UsageError if the runs do not share questions, articles, split and scorers, if a
    question is in one of them only, and for primary metrics that are not in the runs, are
    neutral, stand twice or are more than five.
    """
    _check_pairs(baseline, candidate)
    check_primary(primary, baseline.scorers)
    found = {
        name: _Pairs(baseline, candidate, name, name in primary).compared(resamples, draws, seed)
        for name in sorted(baseline.scorers)
    }
    p_values = {name: p for name in primary if (p := found[name].p) is not None}
    for name, p in holm(p_values).items():
        found[name] = replace(found[name], holm=p)
    families = len(set(baseline.families.values()))
    return Comparison(len(baseline.rows), families, tuple(primary), found)


def check_primary(primary: Sequence[str], scorers: Mapping[str, Scorer]) -> None:
    """Raise UsageError if these cannot be the primary metrics of runs with these scorers."""
    if len(primary) > MOST_PRIMARY:
        raise UsageError(
            f"{len(primary)} primary metrics were named; name at most {MOST_PRIMARY}, since each "
            "makes every other harder to prove."
        )
    for name in primary:
        if name not in scorers:
            known = ", ".join(sorted(n for n in scorers if scorers[n].direction != "neutral"))
            raise UsageError(f"There is no metric {name!r} in the runs; name one of: {known}.")
        if scorers[name].direction == "neutral":
            raise UsageError(f"{name!r} is neither better high nor low, so it cannot be primary.")
        if primary.count(name) > 1:
            raise UsageError(f"The primary metric {name!r} is named twice; name it once.")


def _check_pairs(baseline: Scored, candidate: Scored) -> None:
    different = mismatches(baseline, candidate)
    if different:
        raise UsageError(
            f"The runs do not compare ({'; '.join(different)}); make or score both anew from the "
            "same questions, articles and scorers."
        )
    for one, other, name in (
        (baseline, candidate, "candidate"),
        (candidate, baseline, "baseline"),
    ):
        missing = sorted(one.rows.keys() - other.rows.keys())
        if missing:
            named = ", ".join(repr(id_) for id_ in missing[:_NAMED])
            more = f" and {len(missing) - _NAMED} more" if len(missing) > _NAMED else ""
            raise UsageError(f"The {name} has no answer to {named}{more}; finish that run first.")


class _Pairs:
    """The pairs of one metric."""

    def __init__(self, baseline: Scored, candidate: Scored, name: str, primary: bool) -> None:
        self._name, self._primary = name, primary
        self._scorer = baseline.scorers[name]
        self._values: dict[str, tuple[float, float]] = {}
        self._undefined: list[str] = []
        self._errors: list[str] = []
        for id_ in sorted(baseline.rows):
            was, is_ = baseline.rows[id_][name], candidate.rows[id_][name]
            if was.value is not None and is_.value is not None:
                self._values[id_] = (was.value, is_.value)
            elif "error" in (was.status, is_.status):
                self._errors.append(id_)
            elif was.status != is_.status:
                self._undefined.append(id_)
        self._families = [baseline.families[id_] for id_ in self._values]
        sign = 1 if self._scorer.direction == "down" else -1
        self._differences = [round(b - a, _DIGITS) for a, b in self._values.values()]
        self._drops = [sign * difference for difference in self._differences]

    def compared(self, resamples: int, draws: int, seed: int) -> Compared:
        judged = self._scorer.direction != "neutral"
        whole = Compared(
            metric=self._name,
            direction=self._scorer.direction,
            binary=self._scorer.binary,
            primary=self._primary,
            pairs=len(self._values),
            families=len(set(self._families)),
            losses=sum(drop > 0 for drop in self._drops) if judged else 0,
            gains=sum(drop < 0 for drop in self._drops) if judged else 0,
            flips=flipped(self._values, self._scorer),
            undefined=tuple(self._undefined),
            errors=tuple(self._errors),
        )
        if not self._values:
            return whole
        within = interval(self._differences, self._families, resamples=resamples, seed=seed)
        whole = replace(
            whole,
            baseline=self._mean(0),
            candidate=self._mean(1),
            difference=sum(self._differences) / len(self._differences),
            interval=within,
        )
        return self._judged(whole, draws, seed) if judged else whole

    def _mean(self, run: int) -> float:
        return sum(pair[run] for pair in self._values.values()) / len(self._values)

    def _judged(self, whole: Compared, draws: int, seed: int) -> Compared:
        # McNemar takes every question for itself; where questions of one family changed together,
        # the exact sign flip of whole families is the same test without that assumption.
        changed = Counter(f for f, d in zip(self._families, self._drops, strict=True) if d)
        if whole.binary and max(changed.values(), default=0) <= 1:
            return replace(
                whole,
                test="mcnemar",
                p=mcnemar(whole.losses, whole.gains),
                detectable=self._detectable(whole),
            )
        p = sign_flip(self._drops, self._families, draws=draws, seed=seed)
        return replace(whole, test="sign_flip", p=p, detectable=self._detectable(whole))

    def _detectable(self, whole: Compared) -> float | None:
        if whole.binary:  # families, since questions of one family tell little more than one
            return detectable_drop(whole.families, gains=max(GAINS, whole.gains / whole.pairs))
        return detectable_mean(clustered_sd(self._drops, self._families), whole.pairs)
