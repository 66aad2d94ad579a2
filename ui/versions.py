"""`dateline show --versions` and `--diff`: what became of an article."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from rag.errors import NotInLibrary
from rag.library import catalogue
from rag.library.rows import VersionInfo, VersionText
from ui.invocation import Invocation
from ui.narrowing import find
from ui.output import write_json, write_line
from ui.session import reading
from ui.show import split_reference


@dataclass(frozen=True, slots=True)
class Change:
    """Paragraphs of the older version that gave way to others of the newer, as (number, text)."""

    old: tuple[tuple[int, str], ...]
    new: tuple[tuple[int, str], ...]


def changes(old: VersionText, new: VersionText) -> list[Change]:
    """Return what was taken out, put in or replaced, paragraph by paragraph."""
    before, after = _numbered(old), _numbered(new)
    matcher = SequenceMatcher(
        None, [text for _, text in before], [text for _, text in after], autojunk=False
    )
    return [
        Change(tuple(before[a:b]), tuple(after[c:d]))
        for kind, a, b, c, d in matcher.get_opcodes()
        if kind != "equal"
    ]


def _numbered(version: VersionText) -> list[tuple[int, str]]:
    return [(paragraph.number, version.slice(paragraph)) for paragraph in version.paragraphs]


def run(invocation: Invocation, reference: str, *, diff: bool) -> int:
    """List the versions, or compare the last two."""
    name, _ = split_reference(reference)
    with reading(invocation.settings()) as library, library.reading() as db:
        article = find(db, name)
        known = catalogue.list_versions(db, article.article_id)
        pair = [catalogue.read_version(db, article.article_id, v.number) for v in known[-2:]]
    if not diff:
        _tell_versions(known, as_json=invocation.json)
        return 0
    if len(pair) == 1:
        raise NotInLibrary(f"The article {article.article_id!r} has one version only.")
    _tell_changes(pair[0], pair[1], as_json=invocation.json)
    return 0


def _tell_versions(known: Sequence[VersionInfo], *, as_json: bool) -> None:
    for info in known:
        if as_json:
            write_json(
                {"article_id": info.article_id, "version": info.number, "current": info.current,
                 "added_at": info.added_at, "sha256": info.sha256, "paragraphs": info.paragraphs,
                 "title": info.title, "published": info.published}
            )  # fmt: skip
        else:
            mark = "current" if info.current else "older"
            write_line(
                f"{info.number}  {mark:7}  added {info.added_at}  {info.paragraphs} paragraphs"
                f"  {info.title}"
            )


def _tell_changes(old: VersionText, new: VersionText, *, as_json: bool) -> None:
    found = changes(old, new)
    if as_json:
        write_json(
            {"article_id": new.info.article_id, "from": old.info.number, "to": new.info.number,
             "changes": [
                 {"old": [{"number": n, "text": t} for n, t in change.old],
                  "new": [{"number": n, "text": t} for n, t in change.new]}
                 for change in found
             ]}
        )  # fmt: skip
        return
    write_line(f"{new.info.article_id}, version {old.info.number} to {new.info.number}")
    if not found:
        write_line("The paragraphs are the same; only what is known about the article changed.")
    for change in found:
        write_line()
        for number, text in change.old:
            write_line(f"- [{number}] {text}")
        for number, text in change.new:
            write_line(f"+ [{number}] {text}")
