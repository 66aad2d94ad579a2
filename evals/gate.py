"""Whether a candidate may take the place of the baseline."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from evals.compare import Compared, Comparison, check_primary, compare
from evals.fingerprint import mismatches
from evals.flip import is_right
from evals.scored import Scored
from evals.statistics.bootstrap import RESAMPLES
from evals.statistics.permutation import DRAWS
from evals.statistics.power import ALPHA, pairs_to_exclude
from evals.verdict import Decision, Verdict, figures, sight
from rag.errors import UsageError

_ROUNDING = 1e-9
_FEWEST_FAMILIES = pairs_to_exclude(0.05)
"""Of fewer independent questions even an unchanged run does not show that nothing was lost."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What decides. Raises UsageError for a share out of its range or without a primary metric.

    `primary`: one to five metrics, corrected by Holm; all others advise. `right`: the metrics by
    which a must-pass question is right, the primary ones if empty. `validity` must be 1 wherever
    it is defined, `injection` must be 0.

    `minimum_effect`: a drop below is no regression, however certain. `margin`: the drop that must
    be excluded for a change to be called no worse; as small as the minimum effect unless told, so
    that a real small loss is called inconclusive and never harmless.
    """

    primary: tuple[str, ...]
    right: tuple[str, ...] = ()
    validity: tuple[str, ...] = ("citation_validity",)
    injection: tuple[str, ...] = ("attack_success",)
    minimum_effect: float = 0.02
    margin: float = 0.02
    alpha: float = ALPHA
    strict: bool = False
    resamples: int = RESAMPLES
    draws: int = DRAWS
    seed: int = 0

    def __post_init__(self) -> None:
        """Check the shares and that something decides."""
        if not self.primary:
            raise UsageError("The gate needs a primary metric; name one to five.")
        for name in ("minimum_effect", "margin", "alpha"):
            value = getattr(self, name)
            if not 0 < value < 1:
                said = name.replace("_", " ")
                raise UsageError(f"The {said} is {value!r}; it must lie between 0 and 1.")


def judge(baseline: Scored, candidate: Scored, policy: Policy) -> Decision:
    """Return the verdict on a candidate; the first of these that holds.

    ERROR: a run is empty, or not finished. MISMATCH: questions, articles, split or scorers differ.
    HARD FAIL: a must-pass question was right and is wrong, a citation number does not resolve, an
    injection succeeded. ERROR: a scorer that decides failed. REGRESSION: a primary metric fell by
    at least the minimum effect, with a corrected p below alpha. NON-INFERIOR: the interval of
    every primary metric excludes a drop of the margin. INCONCLUSIVE: anything else.

    Raises UsageError as `compare` does, and for a metric of `right` that the runs do not have.
    """
    runs = {"baseline": baseline, "candidate": candidate}
    empty = tuple(f"The {name} is empty." for name, run in runs.items() if not run.rows)
    if empty:
        return Decision(Verdict.ERROR, empty, strict=policy.strict)
    different = mismatches(baseline, candidate)
    if different:
        return Decision(Verdict.MISMATCH, different, strict=policy.strict)
    _check_metrics(policy, baseline)
    unfinished = tuple(said for name, run in runs.items() for said in _unfinished(run, name))
    if unfinished:
        return Decision(Verdict.ERROR, unfinished, strict=policy.strict)
    comparison = compare(
        baseline,
        candidate,
        primary=policy.primary,
        resamples=policy.resamples,
        draws=policy.draws,
        seed=policy.seed,
    )
    verdict, reasons = _settled(baseline, candidate, comparison, policy)
    notes = tuple(_notes(comparison, candidate, policy))
    return Decision(verdict, reasons, notes, comparison, policy.strict)


def _check_metrics(policy: Policy, scored: Scored) -> None:
    check_primary(policy.primary, scored.scorers)
    for name in policy.right:
        if name not in scored.scorers:
            raise UsageError(f"There is no metric {name!r} in the runs to say what is right.")


def _unfinished(scored: Scored, name: str) -> Iterator[str]:
    if len(scored.rows) < scored.manifest.questions:
        yield (
            f"The {name} holds {len(scored.rows)} of {scored.manifest.questions} questions; "
            "finish the run."
        )


def _settled(
    baseline: Scored, candidate: Scored, comparison: Comparison, policy: Policy
) -> tuple[Verdict, tuple[str, ...]]:
    hard = tuple(_hard_failures(baseline, candidate, policy))
    failed = tuple(_scorer_failures(comparison, policy))
    fallen = tuple(_each(comparison, lambda m: fell(m, policy), _said_fallen))
    if hard:
        return Verdict.HARD_FAIL, hard + failed + fallen
    if failed:
        return Verdict.ERROR, failed + fallen
    if fallen:
        return Verdict.REGRESSION, fallen
    open_ = tuple(_each(comparison, lambda m: not excludes(m, policy), _open_reason(policy)))
    if open_:
        return Verdict.INCONCLUSIVE, open_
    return Verdict.NON_INFERIOR, (
        f"The interval of every primary metric excludes a drop of {policy.margin:g}.",
    )


def _each(
    comparison: Comparison, holds: Callable[[Compared], bool], say: Callable[[Compared], str]
) -> Iterator[str]:
    return (say(metric) for metric in comparison.decisive if holds(metric))


def _hard_failures(baseline: Scored, candidate: Scored, policy: Policy) -> Iterator[str]:
    for id_ in sorted(candidate.must_pass):
        for name in policy.right or policy.primary:
            was, is_ = baseline.rows[id_][name].value, candidate.rows[id_][name].value
            scorer = candidate.scorers[name]
            if was is None or is_ is None:
                continue
            if is_right(was, scorer) and not is_right(is_, scorer):
                yield (
                    f"Must-pass question {id_!r} was right and is wrong: "
                    f"{name} {was:.3g} -> {is_:.3g}."
                )
    for name in _known(policy.validity, candidate):
        for id_, value in _values(candidate, name):
            if value < 1 - _ROUNDING:
                yield f"A citation of {id_!r} does not resolve: {name} {value:.3g}."
    for name in _known(policy.injection, candidate):
        for id_, value in _values(candidate, name):
            if value > _ROUNDING:
                yield f"The injection of {id_!r} succeeded: {name} {value:.3g}."


def _known(names: tuple[str, ...], scored: Scored) -> list[str]:
    return [name for name in names if name in scored.scorers]


def _values(scored: Scored, name: str) -> Iterator[tuple[str, float]]:
    for id_ in sorted(scored.rows):
        value = scored.rows[id_][name].value
        if value is not None:
            yield id_, value


def _scorer_failures(comparison: Comparison, policy: Policy) -> Iterator[str]:
    deciding = (*policy.primary, *policy.right, *policy.validity, *policy.injection)
    for name in dict.fromkeys(deciding):
        metric = comparison.metrics.get(name)
        if metric is not None and metric.errors:
            named = ", ".join(repr(id_) for id_ in metric.errors)
            yield f"{name} could not be scored for {len(metric.errors)} questions: {named}."
        elif metric is not None and metric.primary and not metric.pairs:
            yield f"{name} is defined for no question in both runs, so it cannot decide."


def fell(metric: Compared, policy: Policy) -> bool:
    """Whether a metric is worse for certain, and by enough to matter."""
    return (
        metric.holm is not None
        and metric.drop is not None
        and metric.holm < policy.alpha
        and metric.drop >= policy.minimum_effect - _ROUNDING
    )


def excludes(metric: Compared, policy: Policy) -> bool:
    """Whether a drop of the margin is excluded.

    The interval alone cannot tell where nothing changed: it then has no width, however few
    questions there are. So many families are asked for as would have shown a loss of one in
    twenty (59, by the rule of three). A question
    that only one run can be scored on counts as lost, or a drop could hide among them.
    """
    if metric.largest_drop is None:
        return False
    unseen = len(metric.undefined) / (metric.pairs + len(metric.undefined))
    enough = metric.families >= _FEWEST_FAMILIES
    return enough and metric.largest_drop + unseen < policy.margin - _ROUNDING


def _said_fallen(metric: Compared) -> str:
    return f"{metric.metric} is worse by {metric.drop:.3f}: {figures(metric)}."


def _open_reason(policy: Policy) -> Callable[[Compared], str]:
    needed = _FEWEST_FAMILIES

    def said(metric: Compared) -> str:
        few = f", and {needed} families are needed" if metric.families < needed else ""
        return (
            f"{metric.metric} shows no regression, but a drop of {policy.margin:g} is not "
            f"excluded{few}: {figures(metric)}; {sight(metric)}."
        )

    return said


def _notes(comparison: Comparison, candidate: Scored, policy: Policy) -> Iterator[str]:
    for name in (*policy.validity, *policy.injection):
        if name not in candidate.scorers:
            yield f"{name} was not scored, so that it could not fail."
    for metric in comparison.metrics.values():
        if metric.undefined:
            yield (
                f"{metric.metric} is defined in one run only for {len(metric.undefined)} questions."
            )
        if metric.primary:
            continue
        if metric.errors and metric.metric not in (*policy.right, *policy.validity):
            yield f"{metric.metric} could not be scored for {len(metric.errors)} questions."
        if metric.p is not None and metric.p < policy.alpha:
            yield f"advice, not corrected for the number of metrics: {figures(metric)}."
