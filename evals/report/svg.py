"""Small pieces of SVG. All text is escaped; colours come from the page's style sheet."""

from dataclasses import dataclass

from markupsafe import Markup, escape

from evals.report.visible import visible

Value = str | float


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawing with the same figures as a table, for whoever cannot see it."""

    key: str
    title: str
    drawing: Markup
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


def element(name: str, *children: Markup, **attributes: Value | None) -> Markup:
    """Return an element: `class_` is `class`, `x1` stays, `text_anchor` is `text-anchor`."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_value(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inner = Markup("").join(children)
    return Markup(f"<{name}{written}>{inner}</{name}>")  # noqa: S704 (escaped above)


def words(text: str, x: Value, y: float, class_: str = "", anchor: str | None = None) -> Markup:
    """Return some text at a place."""
    return element(
        "text", escape(visible(text)), x=x, y=y, class_=class_ or None, text_anchor=anchor
    )


def line(x1: Value, y1: Value, x2: Value, y2: Value, class_: str) -> Markup:
    """Return a line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def path(points: list[tuple[float, float]], class_: str) -> Markup:
    """Return a line through all points."""
    joined = " ".join(f"{_value(x)},{_value(y)}" for x, y in points)
    return element("polyline", points=joined, class_=class_)


def drawn(
    key: str, title: str, description: str, *children: Markup, height: float, width: float = 0
) -> Markup:
    """Return a whole drawing; without a width it is as wide as the page lets it be."""
    return element(
        "svg",
        element("title", escape(visible(title)), id=f"{key}-title"),
        element("desc", escape(visible(description)), id=f"{key}-desc"),
        *children,
        role="img",
        aria_labelledby=f"{key}-title {key}-desc",
        class_="fixed" if width else "fluid",
        viewBox=f"0 0 {_value(width)} {_value(height)}" if width else None,
        height=None if width else height,
    )


def share(value: float) -> str:
    """Return a place as a share of the width, 0 to 100."""
    return f"{_value(value)}%"


def _value(value: Value) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.2f}".rstrip("0").rstrip(".") if value % 1 else f"{value:.0f}"
