"""The pictures of retrieval, confidence and time: recall at k, risk, latency."""

import re
from collections.abc import Sequence
from math import ceil, log10

from markupsafe import Markup

from evals.latency import StageLatency
from evals.report.report import Report, Side
from evals.report.svg import Picture, drawn, element, line, path, share, words
from evals.report.wording import figure, percent, short, within
from evals.statistics.auc import Point

_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 332.0, 12.0, 176.0
_WIDTH, _HEIGHT = 340.0, 214.0
_BAR = 16


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
    """Draw p50, p95 and the longest time of each stage, on a logarithmic scale."""
    sides = [(side, class_) for side, class_, _ in _sides(report) if side.latency.stages][::-1]
    timed = [stage for side, _ in sides for stage in side.latency.stages if stage.max > 0]
    if not timed:
        return None
    stages = list(dict.fromkeys(stage.stage for stage in timed))
    high = max(1, ceil(log10(max(stage.max for stage in timed))))
    tall = 22 + _BAR * len(sides)
    height = tall * len(stages)
    rows, marks = [], _latency_axis(high, height)
    for place, name in enumerate(stages):
        top = tall * place
        marks.append(words(name, 0, top + 14, "name"))
        for number, (side, class_) in enumerate(sides):
            stage = next((s for s in side.latency.stages if s.stage == name), None)
            if stage is None:
                continue
            p50, p95, longest = (_ms(value) for value in (stage.p50, stage.p95, stage.max))
            rows.append((name, side.name, p50, p95, longest, str(stage.count)))
            marks.append(_latency_bar(stage, high, top + 24 + _BAR * number, class_))
            if class_ == "now":
                told = f"p50 {p50} · p95 {p95}"
                marks.append(words(told, "100%", top + 14, "figures", "end"))
    title = "Time by stage"
    told = "; ".join(f"{r[0]}, {r[1]}: p50 {r[2]}, p95 {r[3]}, longest {r[4]}" for r in rows)
    return Picture(
        "latency",
        title,
        drawn("latency", title, told, *marks, height=height + 22),
        ("Stage", "Run", "p50", "p95", "Longest", "Questions"),
        tuple(rows),
        _latency_note([side for side, _ in sides if side.latency.cold]),
    )


def _latency_axis(high: int, height: float) -> list[Markup]:
    marks = []
    for tick in range(-1, high + 1):
        x, last = _log_at(10.0**tick, high), tick == high
        anchor = "end" if last else "start" if tick == -1 else "middle"
        marks.append(line(x, 0, x, height, "grid"))
        marks.append(words(f"{10.0**tick:g}{' ms' * last}", x, height + 14, "", anchor))
    return marks


def _latency_note(cold: Sequence[Side]) -> str:
    first = "; ".join(f"{side.name} {_cold(side)}" for side in cold)
    told = f" First answers, apart: {first}." if first else ""
    return (
        "Dot p50, bar to p95, tick longest; logarithmic. Reported only: times never decide." + told
    )


def _cold(side: Side) -> str:
    return ", ".join(_ms(row["total"]) for row in side.latency.cold if "total" in row)


def _ms(value: float) -> str:
    return f"{value:.0f} ms" if value >= 10 else f"{value:.1f} ms"  # noqa: PLR2004


def _log_at(value: float, high: int) -> str:
    place = (log10(max(value, 0.1)) + 1) / (high + 1)
    return share(1 + 97 * place)


def _latency_bar(stage: StageLatency, high: int, y: float, class_: str) -> Markup:
    p50, p95, longest = (_log_at(value, high) for value in (stage.p50, stage.p95, stage.max))
    return (
        line(p50, y, p95, y, f"interval {class_}")
        + line(longest, y - 4, longest, y + 4, f"interval {class_}")
        + element("circle", cx=p50, cy=y, r=4, class_=f"point {class_}")
    )
