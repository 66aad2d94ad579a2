"""What the gate says of a candidate, with its reasons and the exit code of each verdict."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from evals.compare import Compared, Comparison


class Verdict(StrEnum):
    """From the one that settles everything to the one that settles nothing."""

    MISMATCH = "MISMATCH"
    HARD_FAIL = "HARD FAIL"
    ERROR = "ERROR"
    REGRESSION = "REGRESSION"
    NON_INFERIOR = "NON-INFERIOR"
    INCONCLUSIVE = "INCONCLUSIVE"


_EXIT = {
    Verdict.MISMATCH: 3,
    Verdict.HARD_FAIL: 1,
    Verdict.ERROR: 4,
    Verdict.REGRESSION: 1,
    Verdict.NON_INFERIOR: 0,
    Verdict.INCONCLUSIVE: 0,
}


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, a sentence for each reason, and notes that changed nothing.

    `comparison` is None where the runs were not compared (MISMATCH, and ERROR for a run that is
    empty or not finished).
    """

    verdict: Verdict
    reasons: tuple[str, ...]
    notes: tuple[str, ...] = ()
    comparison: Comparison | None = None
    strict: bool = False

    @property
    def exit_code(self) -> int:
        """0 or 1 as passed or failed, 3 for MISMATCH, 4 for ERROR; `strict` fails INCONCLUSIVE."""
        if self.strict and self.verdict is Verdict.INCONCLUSIVE:
            return 1
        return _EXIT[self.verdict]


def told(decision: Decision) -> str:
    """Return the decision in plain lines: verdict, reasons, primary metrics, every flip, notes."""
    lines = [f"{decision.verdict} (exit code {decision.exit_code})"]
    lines += [f"- {reason}" for reason in decision.reasons]
    if decision.comparison is not None:
        compared = decision.comparison
        lines += ["", f"{compared.questions} questions in {compared.families} families"]
        for metric in compared.decisive:
            lines += _metric_lines(metric)
        rest = [m for m in compared.metrics.values() if not m.primary and m.flips]
        for metric in rest:
            lines += [f"{metric.metric} (advises), {len(metric.flips)} flipped", *_flips(metric)]
    if decision.notes:
        lines += ["", *(f"note: {note}" for note in decision.notes)]
    return "\n".join(lines) + "\n"


def figures(metric: Compared) -> str:
    """Return the figures of one metric in a line."""
    if metric.difference is None or metric.interval is None:
        return f"{metric.metric}: defined for no question in both runs"
    low, high = metric.interval
    tested = "" if metric.p is None else f", p {metric.p:.4f}"
    corrected = "" if metric.holm is None else f" (Holm {metric.holm:.4f})"
    return (
        f"{metric.metric}: {metric.baseline:.3f} to {metric.candidate:.3f}, difference "
        f"{metric.difference:+.3f} [{low:+.3f}, {high:+.3f}]{tested}{corrected}; {metric.pairs} "
        f"pairs in {metric.families} families; {metric.losses} worse, {metric.gains} better"
    )


def sight(metric: Compared) -> str:
    """Return what so many questions can be expected to show, as a clause."""
    shown = f"{metric.pairs} questions in {metric.families} families"
    if metric.detectable is None:
        return f"minimum detectable effect unknown, for {shown} show too little variation"
    return f"minimum detectable effect {metric.detectable:.3f} with {shown}"


def _metric_lines(metric: Compared) -> list[str]:
    return [
        figures(metric),
        f"  {sight(metric)}",
        f"  {len(metric.flips)} flipped",
        *_flips(metric),
    ]


def _flips(metric: Compared) -> Iterator[str]:
    for flip in metric.flips:
        way = {True: "worse", False: "better", None: "changed"}[flip.worse]
        yield f"  {way}: {flip.question} {flip.before:.3g} -> {flip.after:.3g}"
