"""Taking an article out of the answers on behalf of a reader, and bringing it back."""

from rag.errors import LibraryLocked, NotInLibrary
from rag.library import catalogue
from rag.library.rows import VersionInfo
from ui.engine import Engine


def remove_article(engine: Engine, article_id: str) -> VersionInfo:
    """Take an article out of the search; its versions and what cites them stay readable.

    Raises LibraryClosed, NotInLibrary if it is not there or removed already, LibraryLocked,
    LibraryError.
    """
    return _change(engine, article_id, removed=True)


def restore_article(engine: Engine, article_id: str) -> VersionInfo:
    """Search a removed article again; raises as `remove_article`."""
    return _change(engine, article_id, removed=False)


def _change(engine: Engine, article_id: str, *, removed: bool) -> VersionInfo:
    engine.require_open()
    library = engine.library
    try:
        with library.writing() as writer:
            found = _article(engine, article_id)
            if found.removed == removed:
                state = "is removed already" if removed else "has not been removed"
                raise NotInLibrary(f"The article {article_id!r} {state}.")
            if removed:
                writer.remove([article_id])
            else:
                writer.restore(article_id)
            # Only if so much has changed that the index should follow.
            writer.publish()
    except LibraryLocked as error:
        raise LibraryLocked(
            "Articles are being added or changed by somebody else at the moment, so "
            f"{article_id!r} is as it was; try again when that is done."
        ) from error
    library.checkpoint()
    return _article(engine, article_id)


def _article(engine: Engine, article_id: str) -> VersionInfo:
    """The article of exactly this id: a part of it, or an address, must not be enough."""
    with engine.library.reading() as db:
        versions = catalogue.list_versions(db, article_id)
    current = [info for info in versions if info.current]
    if not current:
        raise NotInLibrary(f"There is no article {article_id!r} in the library.")
    return current[0]
