"""`dateline list`: the articles of the library."""

import sys
from collections import Counter
from collections.abc import Sequence

from rag.library import catalogue
from rag.library.rows import VersionInfo
from ui.invocation import Invocation
from ui.output import write_json, write_line
from ui.plain import plain
from ui.session import reading


def run(invocation: Invocation, words: Sequence[str], *, removed: bool, count: bool = False) -> int:
    """Print a table, or one JSON line an article; with `count`, how many by year and kind."""
    with reading(invocation.settings()) as library, library.reading() as db:
        known = catalogue.list_articles(db, removed=removed)
    if removed:
        known = [info for info in known if info.removed]
    chosen = [info for info in known if has_words(info, words)]
    if count and chosen:
        _print_counts(chosen, json=invocation.json)
    elif invocation.json:
        for info in chosen:
            write_json(as_json(info))
    elif chosen:
        _print(chosen)
    else:
        write_line(_nothing(known, words, removed=removed))
    return 0


def has_words(info: VersionInfo, words: Sequence[str]) -> bool:
    """Whether each word stands somewhere in the id, title, outlet, date or source."""
    parts = (info.article_id, info.title, info.outlet, info.published, info.source, info.kind)
    text = " ".join(part for part in parts if part).casefold()
    return all(word.casefold() in text for word in words)


def _nothing(known: Sequence[VersionInfo], words: Sequence[str], *, removed: bool) -> str:
    if known:
        return f"None of the {len(known)} articles has {' and '.join(map(repr, words))}."
    if removed:
        return "No article has been removed."
    return "The library holds no article yet. Add some with: dateline add PATH"


def as_json(info: VersionInfo) -> dict[str, object]:
    """Return what the list tells of an article."""
    return {
        "article_id": info.article_id,
        "title": info.title,
        "published": info.published,
        "outlet": info.outlet,
        "kind": info.kind,
        "author": info.author,
        "paragraphs": info.paragraphs,
        "versions": info.number,
        "url": info.url,
        "source": info.source,
        "added_at": info.added_at,
    }


def _print(chosen: Sequence[VersionInfo]) -> None:
    rows = [
        (plain(info.article_id), (info.published or "undated")[:10], plain(info.outlet or ""),
         str(info.paragraphs), str(info.number), plain(info.title))
        for info in chosen
    ]  # fmt: skip
    heads = ("id", "date", "outlet", "paragraphs", "versions", "title")
    if not sys.stdout.isatty():
        for row in (heads, *rows):
            write_line("  ".join(_aligned(row, (heads, *rows))))
        return
    from rich.table import Table
    from rich.text import Text

    from ui.output import console

    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        table.add_column(
            head,
            justify="right" if head in {"paragraphs", "versions"} else "left",
            overflow="fold" if head == "id" else "ellipsis",
            no_wrap=head == "date",
        )
    for row in rows:
        table.add_row(*map(Text, row))
    console().print(table)


def _print_counts(chosen: Sequence[VersionInfo], *, json: bool) -> None:
    by = Counter(((info.published or "undated")[:4], info.kind or "no kind") for info in chosen)
    if json:
        for (year, kind), articles in sorted(by.items()):
            write_json({"year": year, "kind": kind, "articles": articles})
        return
    years = sorted({year for year, _ in by})
    rows = [("kind", *years, "all")]
    for kind in sorted({kind for _, kind in by}):
        numbers = [by[year, kind] for year in years]
        rows.append((plain(kind), *map(str, numbers), str(sum(numbers))))
    totals = [sum(n for (y, _), n in by.items() if y == year) for year in years]
    rows.append(("all", *map(str, totals), str(sum(totals))))
    for row in rows:
        write_line("  ".join(_aligned(row, rows)))


def _aligned(row: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=False)] + [row[-1]]
