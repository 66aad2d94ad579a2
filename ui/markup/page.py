"""A whole page around a fragment: no script, nothing fetched from elsewhere."""

from functools import cache

from markupsafe import Markup

from ui.markup.environment import FOLDER, render

STYLES = ("fragments.css", "page.css")


def page_html(
    title: str,
    body: Markup,
    *,
    site_name: str = "Dateline",
    home: str | None = "/",
    styles: tuple[str, ...] = (),
) -> str:
    """Return a page of its own; `home` is where the site's name leads.

    `styles` are addresses of style sheets to link to. Without any, the styles stand in the page,
    which then needs nothing else.
    """
    page = render(
        "page.html.j2",
        title=title,
        body=body,
        site_name=site_name,
        home=home,
        styles=styles,
        inlined="" if styles else Markup("\n".join(map(style, STYLES))),  # noqa: S704 (ours)
    )
    return f"{page}\n"


@cache
def style(name: str) -> str:
    """Return one of the style sheets of `STYLES`."""
    if name not in STYLES:
        raise ValueError(name)
    return (FOLDER / name).read_text(encoding="utf-8")
