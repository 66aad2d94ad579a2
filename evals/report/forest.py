"""The forest plot: the difference of each metric with its interval."""

from collections.abc import Sequence
from math import ceil

from markupsafe import Markup

from evals.compare import Compared
from evals.report.report import Report
from evals.report.standing import Standing, standing
from evals.report.svg import Picture, drawn, element, line, share, words
from evals.report.wording import figure, proven, short, signed, within

_LIMITS = (0.05, 0.1, 0.2, 0.3, 0.5, 1.0)
_ROW = 46
_AXIS = 44
_HALF = 46.0  # per cent of the width on either side of zero


def forest(
    report: Report, metrics: Sequence[Compared], key: str = "forest", title: str = ""
) -> Picture:
    """Draw the difference of each metric with its interval; better is always to the right."""
    shown = [m for m in metrics if m.difference is not None and m.interval is not None]
    limit = _limit(shown, report.policy.margin)
    height = len(shown) * _ROW + _AXIS
    title = title or "Difference of each primary metric, with its 95 % interval"
    marks = [_forest_ground(report, limit, height - _AXIS)]
    marks += [_forest_row(report, m, limit, n * _ROW) for n, m in enumerate(shown)]
    marks += _forest_axis(limit, height - _AXIS)
    description = "A row for each metric; right of the middle line the candidate is better. "
    description += "; ".join(f"{m.metric} {signed(m.difference)}" for m in shown)
    return Picture(
        key,
        title,
        drawn(key, title, description, *marks, height=height),
        ("Metric", "Baseline", "Candidate", "Difference", "95 % interval", "Holm p", "Proven"),
        tuple(_forest_line(report, m) for m in shown),
        f"Right is better, whichever way the metric counts. Shaded: drops within the margin of "
        f"{report.policy.margin:g}.",
    )


def _limit(metrics: Sequence[Compared], margin: float) -> float:
    ends = [abs(end) for m in metrics for end in m.interval or ()]
    largest = max([margin, *ends])
    return next((limit for limit in _LIMITS if limit >= largest), float(ceil(largest)))


def _at(value: float, limit: float) -> str:
    return share(50 + _HALF * value / limit)


def _forest_ground(report: Report, limit: float, height: float) -> Markup:
    margin = report.policy.margin
    band = element(
        "rect", x=_at(-margin, limit), y=0, width=share(_HALF * margin / limit), height=height,
        class_="band",
    )  # fmt: skip
    return band + line("50%", 0, "50%", height, "zero")


def _forest_row(report: Report, metric: Compared, limit: float, top: float) -> Markup:
    better = -1 if metric.direction == "down" else 1
    low, high = sorted(better * end for end in metric.interval or (0.0, 0.0))
    middle = better * (metric.difference or 0.0)
    tone = _tone(report, metric)
    y = top + 32
    change = f"{figure(metric.baseline)} → {figure(metric.candidate)} ({signed(metric.difference)})"
    return (
        words(metric.metric, 0, top + 16, "name")
        + words(change, "100%", top + 16, "figures", "end")
        + line(_at(low, limit), y, _at(high, limit), y, f"interval {tone}")
        + line(_at(low, limit), y - 4, _at(low, limit), y + 4, f"interval {tone}")
        + line(_at(high, limit), y - 4, _at(high, limit), y + 4, f"interval {tone}")
        + element("circle", cx=_at(middle, limit), cy=y, r=4.5, class_=f"dot {tone}")
    )


def _tone(report: Report, metric: Compared) -> str:
    """What is proven, for primary metrics; for the others which side the interval lies on."""
    if metric.primary:
        tones = {Standing.FELL: "worse", Standing.HELD: "better"}
        return tones.get(standing(metric, report.policy), "open")
    if metric.direction == "neutral" or metric.interval is None:
        return "open"
    low, high = metric.interval
    side = 1 if low > 0 else -1 if high < 0 else 0
    side = -side if metric.direction == "down" else side
    return {1: "better", 0: "open", -1: "worse"}[side]


def _forest_axis(limit: float, y: float) -> list[Markup]:
    ticks = [-limit, -limit / 2, 0.0, limit / 2, limit]
    marks = [line(_at(-limit, limit), y, _at(limit, limit), y, "axis")]
    for tick in ticks:
        marks.append(line(_at(tick, limit), y, _at(tick, limit), y + 4, "axis"))
        marks.append(words(short(tick), _at(tick, limit), y + 17, "", "middle"))
    marks.append(words("← worse", _at(-limit / 2, limit), y + 34, "way", "middle"))
    marks.append(words("better →", _at(limit / 2, limit), y + 34, "way", "middle"))
    return marks


def _forest_line(report: Report, metric: Compared) -> tuple[str, ...]:
    return (
        metric.metric,
        figure(metric.baseline),
        figure(metric.candidate),
        signed(metric.difference),
        within(metric.interval, sign=True),
        figure(metric.holm),
        proven(metric, report) if metric.primary else "advises",
    )
