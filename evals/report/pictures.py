"""The pictures of retrieval, confidence and time: recall at k, risk, latency."""

import re
from collections.abc import Sequence
from math import ceil, log10

from markupsafe import Markup

from evals.latency import StageLatency
from evals.report.report import Report, Side
from evals.report.svg import Picture, drawn, element, line, path, words
from evals.report.wording import figure, percent, short, within
from evals.statistics.auc import Point

_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 332.0, 12.0, 176.0
_WIDTH, _HEIGHT = 340.0, 214.0
TOTAL = "total"
"""The stage that is the whole answer."""


def recall(report: Report) -> Picture | None:
    """Draw the share of the evidence among the first k passages."""
    sides = _sides(report)
    ks = _recalls(report.candidate)
    if not ks:
        return None
    step = (_RIGHT - _LEFT) / (len(ks) + 1)
    marks = _frame("share of the evidence", "passages looked at (k)")
    rows = []
    for place, k in enumerate(ks, start=1):
        marks.append(words(str(k), _LEFT + place * step, _BOTTOM + 15, "", "middle"))
    for side, class_, shift in sides:
        points = []
        for place, k in enumerate(ks, start=1):
            summary = side.overall[f"evidence_recall@{k}"]
            x, y = _LEFT + place * step + shift, _up(summary.mean or 0.0)
            low, high = summary.interval or (0.0, 0.0)
            points.append((x, y))
            marks.append(line(x, _up(low), x, _up(high), f"whisker {class_}"))
            rows.append((side.name, str(k), figure(summary.mean), within(summary.interval)))
        marks.append(path(points, f"curve {class_}"))
        marks += [element("circle", cx=x, cy=y, r=4, class_=f"point {class_}") for x, y in points]
    title = "Evidence recall at k"
    told = "; ".join(f"{name}, k {k}: {mean}" for name, k, mean, _ in rows)
    return Picture(
        "recall",
        title,
        drawn("recall", title, told, *marks, height=_HEIGHT, width=_WIDTH),
        ("Run", "k", "Mean", "95 % interval"),
        tuple(rows),
    )


def _recalls(side: Side) -> list[int]:
    found = (re.fullmatch(r"evidence_recall@(\d+)", name) for name in side.overall)
    return sorted(int(f[1]) for f in found if f and side.overall[f[0]].mean is not None)


def _sides(report: Report) -> list[tuple[Side, str, float]]:
    """The runs to draw, the baseline first, so that the candidate lies on top."""
    now = (report.candidate, "now", 3.0 if report.baseline else 0.0)
    before = [(report.baseline, "before", -3.0)] if report.baseline and report.comparison else []
    return [*before, now]


def _frame(upright: str, along: str) -> list[Markup]:
    marks = [
        words(upright, 0, _TOP - 2, "small"),
        words(along, _RIGHT, _HEIGHT - 6, "small", "end"),
    ]
    for tick in (0.0, 0.25, 0.5, 0.75, 1.0):
        y = _up(tick)
        marks.append(line(_LEFT, y, _RIGHT, y, "axis" if tick == 0 else "grid"))
        marks.append(words(f"{tick:g}", _LEFT - 6, y + 4, "", "end"))
    return marks


def _up(value: float) -> float:
    top = _TOP + 10
    return _BOTTOM - (_BOTTOM - top) * value


def risk(report: Report) -> Picture | None:
    """Draw the loss of what is answered against how much is answered."""
    marks = _frame("risk: mean loss", "coverage: share answered")
    for tick in (0.0, 0.5, 1.0):
        marks.append(words(percent(tick), _across(tick), _BOTTOM + 15, "", "middle"))
    marks.append(line(_LEFT, _up(0.05), _RIGHT, _up(0.05), "limit"))
    rows, told = [], []
    for side, class_, _ in _sides(report):
        if side.curve is None:
            continue
        answered = [point for point in side.curve.points if point.threshold > 0]
        marks += _risk_curve(answered, class_)
        safe = percent(side.curve.coverage_at_5_percent_risk)
        told.append(f"{side.name}: {safe} answered at 5 % risk")
        rows += [
            (side.name, short(p.threshold), percent(p.coverage), figure(p.risk)) for p in answered
        ]
    if not told:
        return None
    title = "Risk against coverage"
    return Picture(
        "risk",
        title,
        drawn("risk", title, "; ".join(told), *marks, height=_HEIGHT, width=_WIDTH),
        ("Run", "Confidence at least", "Coverage", "Risk"),
        tuple(rows),
        f"{'; '.join(told)}. Loss is what nugget recall lacks; the dot is the run as it answered.",
    )


def _risk_curve(answered: Sequence[Point], class_: str) -> list[Markup]:
    points = [(_across(point.coverage), _up(point.risk)) for point in answered]
    ends = [element("circle", cx=x, cy=y, r=4, class_=f"point {class_}") for x, y in points[-1:]]
    return [path(points, f"curve {class_}"), *ends]


def _across(value: float) -> float:
    return _LEFT + (_RIGHT - _LEFT - 14) * value


def latency(report: Report) -> Picture | None:
    """Draw which share of the questions was answered within a time: the empirical distribution.

    The times are on a logarithmic scale; the table has p50, p95 and the longest of every stage.
    """
    sides = [(side, class_) for side, class_, _ in _sides(report) if side.latency.stages]
    totals = [(_stage(side, TOTAL), class_) for side, class_ in sides]
    drawn_totals = [(stage, class_) for stage, class_ in totals if stage and stage.max > 0]
    if not drawn_totals:
        return None
    high = max(1, ceil(log10(max(stage.max for stage, _ in drawn_totals))))
    marks = _frame("share answered", "milliseconds, logarithmic")
    marks += [
        words(f"{10**tick:g}", _log_at(10.0**tick, high), _BOTTOM + 15, "", "middle")
        for tick in range(high + 1)
    ]
    marks += [path(_distribution(s.times, high), f"curve {class_}") for s, class_ in drawn_totals]
    rows = tuple(
        (stage.stage, side.name, _ms(stage.p50), _ms(stage.p95), _ms(stage.max), str(stage.count))
        for side, _ in sides
        for stage in side.latency.stages
        if stage.max > 0
    )
    title = "Time to the answer"
    told = "; ".join(f"{r[0]}, {r[1]}: p50 {r[2]}, p95 {r[3]}, longest {r[4]}" for r in rows)
    return Picture(
        "latency",
        title,
        drawn("latency", title, told, *marks, height=_HEIGHT, width=_WIDTH),
        ("Stage", "Run", "p50", "p95", "Longest", "Questions"),
        rows,
        _latency_note([side for side, _ in sides if side.latency.cold]),
    )


def _stage(side: Side, name: str) -> StageLatency | None:
    return next((stage for stage in side.latency.stages if stage.stage == name), None)


def _distribution(times: Sequence[float], high: int) -> list[tuple[float, float]]:
    """Return the steps: at each time the share of the questions that took no longer."""
    points = [(_log_at(times[0], high), _up(0.0))]
    for done, time in enumerate(times, start=1):
        x = _log_at(time, high)
        points += [(x, points[-1][1]), (x, _up(done / len(times)))]
    return points


def _latency_note(cold: Sequence[Side]) -> str:
    first = "; ".join(f"{side.name} {_cold(side)}" for side in cold)
    told = f" First answers, apart: {first}." if first else ""
    return f"Reported only: times never decide.{told}"


def _cold(side: Side) -> str:
    return ", ".join(_ms(row[TOTAL]) for row in side.latency.cold if TOTAL in row)


def _ms(value: float) -> str:
    return f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms"  # noqa: PLR2004


def _log_at(value: float, high: int) -> float:
    """Return the place of a time between 1 ms and 10 to the power `high`."""
    return _LEFT + (_RIGHT - _LEFT - 14) * log10(max(value, 1.0)) / high
