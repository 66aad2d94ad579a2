"""A citation as text, to paste into one's own."""

from datetime import date

from rag.library.rows import VersionText
from ui.dates import readable
from ui.plain import plain, shortened
from ui.render import joined

MOST = 5_000
"""Characters of the quotation."""


def citation_text(
    version: VersionText,
    number: int,
    exact: tuple[int, int] | None,
    *,
    address: str,
    today: date,
) -> str:
    """Return quotation, title, author, outlet, date, paragraph, address and date of access."""
    info, paragraph = version.info, version.paragraph(number)
    start, end = exact or (paragraph.start, paragraph.end)
    quote = shortened(plain(version.text[start:end]), MOST)
    place = joined(
        plain(info.title).strip() or info.source,
        info.author,
        info.outlet,
        readable(info.published),
        f"paragraph {number}",
    )
    said_by = f" ({plain(paragraph.speaker)})" if paragraph.speaker else ""
    return (
        f"“{quote}”{said_by}\n{place}.\n{address}\n"
        f"Version {info.number}, accessed {readable(today.isoformat())}."
    )
