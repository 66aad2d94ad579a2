"""`dateline remove`: articles out of the answers, and back."""

from collections.abc import Sequence

from rag.errors import NotInLibrary
from rag.library.rows import VersionInfo
from ui.article_text import heading
from ui.invocation import Invocation
from ui.narrowing import find
from ui.output import write_json, write_line
from ui.session import reading


def run(invocation: Invocation, names: Sequence[str], *, undo: bool) -> int:
    """Remove all that are named or none, or bring them back."""
    with reading(invocation.settings()) as library, library.writing() as writer:
        with library.reading() as db:
            found = {info.article_id: info for info in (find(db, name) for name in names)}
        for info in found.values():
            _check(info, undo=undo)
        if undo:
            for article_id in found:
                writer.restore(article_id)
        else:
            writer.remove(list(found))
        # Only if so much has changed that the index should follow.
        writer.publish()
        library.checkpoint()
    for info in found.values():
        _tell(info, as_json=invocation.json, undo=undo)
    return 0


def _check(info: VersionInfo, *, undo: bool) -> None:
    if info.removed and not undo:
        raise NotInLibrary(f"The article {info.article_id!r} is removed already.")
    if undo and not info.removed:
        raise NotInLibrary(f"The article {info.article_id!r} has not been removed.")


def _tell(info: VersionInfo, *, as_json: bool, undo: bool) -> None:
    event = "restored" if undo else "removed"
    if as_json:
        write_json({"event": event, "article_id": info.article_id, "title": info.title})
    elif undo:
        write_line(f"Brought back {info.article_id} ({heading(info)}).")
    else:
        write_line(f"Removed {info.article_id} ({heading(info)}).")
        write_line(
            f"It comes back with: dateline remove --undo {info.article_id}, "
            "or when it is added again."
        )
