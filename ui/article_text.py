"""An article's paragraphs, numbered, for people."""

from rich.console import Console
from rich.text import Text

from rag.errors import NotInLibrary
from rag.library.rows import VersionInfo, VersionText
from ui.dates import readable
from ui.output import show
from ui.plain import plain, shortened
from ui.render import DIM, NUMBER, STRONG, joined

HINT = 70
"""Characters of a neighbouring paragraph."""

EXACT = "bold reverse"


def heading(info: VersionInfo) -> str:
    """Return title, outlet, date and author."""
    return joined(info.title, info.outlet, readable(info.published), info.author)


def print_heading(screen: Console, info: VersionInfo) -> None:
    """Print what the article is and where it came from."""
    show(screen, Text(heading(info), STRONG))
    state = "" if info.current else ", not the current one"
    removed = ", removed from the answers" if info.removed else ""
    told = f"{info.article_id}, version {info.number}{state}{removed}, {info.paragraphs} paragraphs"
    show(screen, Text(told, DIM))
    show(screen, Text(plain(info.url or info.source), DIM))


def require_paragraph(version: VersionText, number: int) -> None:
    """Raise NotInLibrary unless the version has a paragraph of that number."""
    if not 1 <= number <= len(version.paragraphs):
        raise NotInLibrary(
            f"The article {version.info.article_id!r} has no paragraph {number}; "
            f"it has 1 to {len(version.paragraphs)}."
        )


def print_paragraph(
    screen: Console,
    version: VersionText,
    number: int,
    *,
    exact: tuple[int, int] | None = None,
    style: str = "",
) -> None:
    """Print one paragraph with its number and speaker.

    `exact` are the offsets, in the version's text, of the words to highlight; without a terminal
    they stand between » and «.
    """
    paragraph = version.paragraph(number)
    line = Text.assemble((f"[{number}] ", NUMBER))
    if paragraph.speaker:
        line.append(f"{plain(paragraph.speaker)}: ", STRONG)
    start, end = exact or (paragraph.start, paragraph.start)
    start, end = max(start, paragraph.start), min(end, paragraph.end)
    if start >= end:
        line.append(plain(version.slice(paragraph)), style)
    else:
        before, after = ("", "") if screen.is_terminal and not screen.no_color else ("»", "«")
        line.append(plain(version.text[paragraph.start : start]), style)
        line.append(before + plain(version.text[start:end]) + after, EXACT)
        line.append(plain(version.text[end : paragraph.end]), style)
    show(screen, line)


def print_neighbours(screen: Console, version: VersionText, number: int, hint: str) -> None:
    """Tell how the paragraphs before and after begin; `hint` says how to turn to them."""
    names = {number - 1: "before", number + 1: "after"}
    for other, name in names.items():
        if 1 <= other <= len(version.paragraphs):
            words = shortened(plain(version.slice(version.paragraph(other))), HINT)
            show(screen, Text(f"{name}, [{other}] {words}", DIM), indent=2)
    show(screen, Text(hint, DIM), indent=2)
