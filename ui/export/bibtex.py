"""The cited articles as BibTeX, for biber and biblatex: Unicode is kept, LaTeX escaped."""

from collections.abc import Iterator

from evals.report.visible import one_line
from ui.export import wording
from ui.export.record import NOTHING_ASKED, NOTHING_CITED, Record
from ui.export.works import Work, date_parts, works

# BibTeX counts braces even behind a backslash: they are written as commands.
_LATEX = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        **{letter: f"\\{letter}" for letter in "#$%&_"},
    }
)


def escaped(text: str) -> str:
    """Return a text of others on one line, as words alone."""
    return one_line(text).translate(_LATEX)


def write(record: Record) -> str:
    """Return the file's text: one entry for each version of an article.

    Nothing of others stands outside an entry, where an at sign would begin another.
    """
    cited = works(record.exchanges)
    if not cited:
        return (NOTHING_CITED if record.exchanges else NOTHING_ASKED) + "\n"
    return "\n\n".join(_entry(work, record) for work in cited) + "\n"


def _entry(work: Work, record: Record) -> str:
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(work, record))
    return f"@{'online' if work.url else 'misc'}{{{work.key},\n{fields}}}"


def _fields(work: Work, record: Record) -> Iterator[tuple[str, str]]:
    yield "title", f"{{{escaped(work.title)}}}"
    if by := work.author or work.outlet:
        yield "author", f"{{{escaped(by)}}}"
    if work.outlet and work.author:
        yield "organization", f"{{{escaped(work.outlet)}}}"
    if parts := date_parts(work.published):
        yield "date", "-".join(f"{part:02}" for part in parts)
    if work.url:
        yield "url", work.url
    yield "urldate", record.accessed.isoformat()
    where = wording.paragraphs(work.paragraphs).capitalize()
    yield "note", f"{where} of version {work.version}, article {escaped(work.article_id)}"
