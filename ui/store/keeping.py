"""An answer that cannot be kept is an answer still: its reader gets it, with a word about that."""

import logging

from rag.errors import DatelineError, DiskFull, LibraryLocked, LibraryReadOnly, NotInLibrary
from rag.reply import Reply

log = logging.getLogger(__name__)

_WHY: dict[type[DatelineError], str] = {
    DiskFull: "the server's disk is full",
    LibraryReadOnly: "the server may not write to its disk",
    LibraryLocked: "another process was writing",
    NotInLibrary: "its conversation has changed meanwhile",
}
_OTHER = "the server's file of conversations cannot be used"


def unkept(reply: Reply, error: DatelineError) -> Reply:
    """Return a reply that could not be stored, its notice saying why; the log has the error."""
    if not isinstance(error, NotInLibrary):
        log.error("an answer was not kept: %s", error)
    why = next((told for kind, told in _WHY.items() if isinstance(error, kind)), _OTHER)
    told = f"This answer could not be kept ({why}); copy what you need of it."
    notice = f"{reply.notice} {told}" if reply.notice else told
    return reply.model_copy(update={"notice": notice})
