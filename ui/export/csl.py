"""The cited articles as CSL-JSON, the citation data of Zotero, Pandoc and citeproc.

Source: Citation Style Language 1.0.2, schema csl-data.json.
"""

import json
from datetime import date

from evals.report.visible import one_line
from rag.reply import Citation
from ui.export import wording
from ui.export.record import Record
from ui.export.works import Work, date_parts, works


def write(record: Record) -> str:
    """Return the file's text: a list of items, one for each version of an article."""
    items = [item(work, accessed=record.accessed) for work in works(record.exchanges)]
    return json.dumps(items, indent=2, ensure_ascii=False) + "\n"


def item(work: Work, *, accessed: date) -> dict[str, object]:
    """Return an article's item; what is quoted stands in `custom` to the letter."""
    given: dict[str, object | None] = {
        "id": work.key,
        "type": work.kind,
        "title": work.title,
        "author": [{"literal": work.author}] if work.author else None,
        "container-title" if work.kind == "article-newspaper" else "publisher": work.outlet,
        "issued": _issued(work.published),
        "accessed": {"date-parts": [[accessed.year, accessed.month, accessed.day]]},
        "URL": work.url,
        "note": _note(work),
        "custom": {
            "article_id": work.article_id,
            "version": work.version,
            "quotations": [_quotation(citation) for citation in work.quotations.values()],
        },
    }
    return {name: value for name, value in given.items() if value is not None}


def _issued(published: str | None) -> dict[str, object] | None:
    parts = date_parts(published)
    if parts:
        return {"date-parts": [list(parts)]}
    return {"literal": one_line(published)} if published else None


def _note(work: Work) -> str:
    quoted = (
        f"{wording.paragraphs(c.paragraphs or [c.paragraph])}: “{one_line(c.quote)}”"
        for c in work.quotations.values()
    )
    # Processors read `{:URL: …}` in a note as a field of the item.
    return f"Version {work.version}, {'; '.join(quoted)}".replace("{:", "{ :")


def _quotation(citation: Citation) -> dict[str, object]:
    return {
        "paragraphs": citation.paragraphs or [citation.paragraph],
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }
