"""What `dateline add` did, for people and for programs."""

from collections import Counter
from collections.abc import Sequence

from ingest.report import OUTCOMES, Item, Report
from ui.output import write_line
from ui.progress import lasting

MOST_LINES = 20
"""Items of one outcome that are named; the rest is counted."""

FIELDS = ("title", "published", "outlet", "author", "url")


def report_json(report: Report) -> dict[str, object]:
    """Return the last event of `add --json`."""
    copies = [item for item in report.items if item.copy_of]
    return {
        "event": "report",
        **{str(name): count for name, count in report.counts().items()},
        "copies": [{"article_id": i.article_id, "copy_of": i.copy_of} for i in copies],
        "metadata": metadata_found(report),
        "passages_embedded": report.embedded,
        "passages_reused": report.reused,
        "characters": report.characters,
        "seconds": round(report.seconds, 3),
    }


def metadata_found(report: Report) -> dict[str, dict[str, int]]:
    """Count for each field where the articles kept by this run had it from."""
    kept = [item for item in report.items if item.outcome in {"added", "updated"}]
    return {
        name: dict(Counter(item.found.get(name) or "not found" for item in kept).most_common())
        for name in FIELDS
        if kept
    }


def print_report(report: Report) -> None:
    """Write the counts, then what needs a word: failed, skipped, removed, copies, metadata."""
    counts = report.counts()
    told = ", ".join(f"{counts[name]} {name}" for name in OUTCOMES if counts[name])
    write_line(f"{told or 'Nothing to add'}. ({lasting(report.seconds)})")
    _print_items("Failed", report.of("failed"))
    _print_items("Skipped", report.of("skipped"))
    _print_items("Removed", report.of("removed"))
    _print_copies([item for item in report.items if item.copy_of])
    for name, sources in metadata_found(report).items():
        found = ", ".join(f"{source} ({count})" for source, count in sources.items())
        write_line(f"  {name}: {found}")


def _print_items(heading: str, items: Sequence[Item]) -> None:
    if not items:
        return
    write_line(f"{heading}:")
    for item in items[:MOST_LINES]:
        name = item.source or item.title or item.article_id or ""
        write_line("  " + ": ".join(part for part in (name, item.why) if part))
    if len(items) > MOST_LINES:
        write_line(f"  … and {len(items) - MOST_LINES} more; --json lists all.")


def _print_copies(items: Sequence[Item]) -> None:
    if items:
        write_line("Copies of one story, linked:")
    for item in items[:MOST_LINES]:
        write_line(f"  {item.article_id} is a copy of {item.copy_of}")
    if len(items) > MOST_LINES:
        write_line(f"  … and {len(items) - MOST_LINES} more; --json lists all.")
