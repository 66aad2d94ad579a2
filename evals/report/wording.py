"""The sentences and figures of a report, the same in every format."""

from evals.compare import Compared
from evals.metrics.metric import Score
from evals.report.report import Report
from evals.report.standing import Standing, standing
from evals.verdict import Decision, Verdict

NONE = "–"
MINUS = "−"
_HASH = 12
_LONG = 40


def figure(value: float | None) -> str:
    """Return a value with three decimals, or a dash for none."""
    return NONE if value is None else f"{value:.3f}".replace("-", MINUS)


def signed(value: float | None, digits: int = 3) -> str:
    """Return a difference with its sign; nothing is `0`."""
    if value is None:
        return NONE
    rounded = round(value, digits)
    return f"{rounded:+.{digits}f}".replace("-", MINUS) if rounded else f"{0:.{digits}f}"


def short(value: float | None) -> str:
    """Return a value as briefly as it can be said."""
    return NONE if value is None else f"{value:.3g}".replace("-", MINUS)


def within(interval: tuple[float, float] | None, *, sign: bool = False) -> str:
    """Return an interval in brackets."""
    if interval is None:
        return ""
    low, high = map(signed if sign else figure, interval)
    return f"[{low}, {high}]"


def percent(value: float | None) -> str:
    """Return a share in whole percent."""
    return NONE if value is None else f"{100 * value:.0f} %"


def brief(value: str) -> str:
    """Return a digest by its first characters, and anything else as it is."""
    hexadecimal = len(value) > _LONG and all(c in "0123456789abcdef" for c in value)
    return value[:_HASH] if hexadecimal else value


def told(score: Score) -> str:
    """Return one score: its value, or why it has none."""
    return short(score.value) if score.status == "ok" else score.status


def direction(report: Report, metric: str) -> str:
    """Return which way a metric is better."""
    ways = {"up": "higher is better", "down": "lower is better", "neutral": "neither is better"}
    return ways[report.scorers[metric].direction]


def verdict(report: Report) -> str:
    """Return the verdict in capitals; without a baseline there is none."""
    return str(report.decision.verdict) if report.decision else "NOT COMPARED"


def sentence(report: Report) -> str:
    """Return what the report comes to, in one sentence."""
    if report.decision is None:
        return _alone(report)
    says = {
        Verdict.MISMATCH: _mismatch,
        Verdict.HARD_FAIL: _hard_fail,
        Verdict.ERROR: _error,
        Verdict.REGRESSION: _regression,
        Verdict.NON_INFERIOR: _non_inferior,
        Verdict.INCONCLUSIVE: _inconclusive,
    }
    return says[report.decision.verdict](report, report.decision)


def counted(count: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def proven(metric: Compared, report: Report) -> str:
    """Return where a primary metric stands, in a few words."""
    margin = f"{report.policy.margin:g}"
    return {
        Standing.FELL: "fell",
        Standing.HELD: f"no drop of {margin}",
        Standing.OPEN: f"drop of {margin} not excluded",
        Standing.UNDEFINED: "defined nowhere",
    }[standing(metric, report.policy)]


def size(report: Report) -> str:
    """Return how much was asked."""
    families = "1 family" if report.families == 1 else f"{report.families} families"
    return f"{counted(len(report.questions), 'question')} in {families}"


def _alone(report: Report) -> str:
    if not report.primary:
        return f"{size(report)} were scored, and nothing was compared."
    summary = report.candidate.overall[report.primary[0]]
    return (
        f"{report.primary[0]} is {figure(summary.mean)} over {counted(summary.ok, 'question')}; "
        "there is no baseline to compare it with."
    )


def _mismatch(_: Report, decision: Decision) -> str:
    return f"The runs cannot be compared: {'; '.join(decision.reasons)}."


def _hard_fail(_: Report, decision: Decision) -> str:
    first, *others = decision.reasons
    more = f", and {counted(len(others), 'reason')} more" if others else ""
    return f"The candidate must not ship: {first[0].lower()}{first[1:].rstrip('.')}{more}."


def _error(_: Report, decision: Decision) -> str:
    return f"There is no verdict. {decision.reasons[0]}"


def _regression(report: Report, _: Decision) -> str:
    fallen = [m for m in _decisive(report) if standing(m, report.policy) is Standing.FELL]
    named = ", ".join(
        f"{m.metric} by {figure(m.drop)} (from {figure(m.baseline)} to {figure(m.candidate)})"
        for m in fallen
    )
    return f"The candidate is worse, by more than chance explains: {named}."


def _non_inferior(report: Report, _: Decision) -> str:
    return (
        f"The candidate is no worse: a drop of {report.policy.margin:g} is ruled out for "
        f"{'the' if len(report.primary) == 1 else 'every'} primary metric."
    )


def _inconclusive(report: Report, _: Decision) -> str:
    worst = max(_decisive(report), key=lambda metric: metric.drop or 0.0)
    fell = (worst.drop or 0.0) > 0
    seen = (
        f"{worst.metric} fell by {figure(worst.drop)}, which may be chance"
        if fell
        else "no primary metric fell"
    )
    return (
        f"Not settled: {seen}, {'and' if fell else 'but'} {size(report)} cannot rule out a drop "
        f"of {report.policy.margin:g}."
    )


def _decisive(report: Report) -> tuple[Compared, ...]:
    return report.comparison.decisive if report.comparison else ()
