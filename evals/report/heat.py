"""The heat map: the primary metrics by type of question."""

from markupsafe import Markup

from evals.report.report import Cell, Report
from evals.report.svg import Picture, drawn, element, share, words
from evals.report.visible import shortened
from evals.report.wording import figure, signed

_TINT = 0.4
"""The strongest tint of a cell: ink stays readable on it."""
_FULL = 0.5
"""A difference of this much has the strongest tint."""
_COLUMN = 22.5
_LINE = 12
_LONGEST = 11


def heat(report: Report) -> Picture:
    """Draw the primary metrics by type of question."""
    compared = report.comparison is not None
    names = report.primary
    headings = [_broken(name) for name in names]
    top = 10 + _LINE * max((len(parts) for parts in headings), default=1)
    wide = (100 - _COLUMN) / max(1, len(names))
    marks = [
        words(part, share(_COLUMN + wide * (n + 0.5)), 10 + _LINE * i, "head", "middle")
        for n, parts in enumerate(headings)
        for i, part in enumerate(parts)
    ]
    for row, (type_, cells) in enumerate(report.cells.items()):
        y = top + row * 38
        marks.append(words(type_, 0, y + 22, "type"))
        marks += [
            _heat_cell(report, name, cells[name], (_COLUMN + wide * n, wide), y)
            for n, name in enumerate(names)
        ]
    title = "Primary metrics by type of question"
    description = "A row for each type, a column for each metric; the table below has the figures."
    header = ("Type", *(f"{name}{' (change; n)' if compared else ' (n)'}" for name in names))
    return Picture(
        "heat",
        title,
        drawn("heat", title, description, *marks, height=top + 38 * len(report.cells)),
        header,
        tuple(
            (type_, *(_heat_words(cells[name], compared) for name in names))
            for type_, cells in report.cells.items()
        ),
        "Mean of the candidate; below it "
        + ("the change against the baseline and " if compared else "")
        + "the number of questions. Tinted by "
        + ("the change." if compared else "the mean."),
    )


def _broken(name: str) -> list[str]:
    return [shortened(part, _LONGEST) for part in name.split("_")]


def _heat_cell(
    report: Report, name: str, cell: Cell, across: tuple[float, float], y: float
) -> Markup:
    x, wide = across
    compared = report.comparison is not None
    down = report.scorers[name].direction == "down"
    if compared:
        change = cell.difference or 0.0
        tone = "worse" if (change > 0) == down else "better"
        strength = min(1.0, abs(change) / _FULL)
    else:
        tone, strength = "accent", cell.mean or 0.0
    below = f"n {cell.n}" if not cell.difference else f"{_brief(cell.difference)} · {cell.n}"
    middle = share(x + wide / 2)
    tint = element(
        "rect", x=share(x + 0.4), y=y, width=share(wide - 0.8), height=34,
        class_=f"tint {tone}", fill_opacity=_TINT * strength if cell.n else 0,
    )  # fmt: skip
    frame = element(
        "rect", x=share(x + 0.4), y=y, width=share(wide - 0.8), height=34, class_="frame"
    )
    if not cell.n:
        return frame + words("–", middle, y + 21, "small", "middle")
    mean = words(f"{cell.mean:.2f}", middle, y + 15, "name", "middle")
    return tint + frame + mean + words(below, middle, y + 28, "below", "middle")


def _brief(difference: float) -> str:
    """A difference without the nought before the point: cells are narrow."""
    return signed(difference, 2).replace("0.", ".", 1)


def _heat_words(cell: Cell, compared: bool) -> str:
    if not cell.n:
        return "–"
    change = f"{signed(cell.difference)}; " if compared else ""
    return f"{figure(cell.mean)} ({change}{cell.n})"
