"""Opening the library for a command, and the model where it is needed."""

from collections.abc import Iterator
from contextlib import contextmanager

from rag.errors import LibraryEmpty
from rag.library.identity import embedding_of
from rag.library.library import Library, open_library
from rag.settings import Settings


@contextmanager
def asking(settings: Settings) -> Iterator[Library]:
    """Give the library, refused if it was made with another model than the settings'."""
    from rag.models.load import identity_of

    library = open_library(
        settings.library, embedding=identity_of(settings), lock_seconds=settings.lock_seconds
    )
    try:
        yield library
    finally:
        library.close()


@contextmanager
def reading(settings: Settings) -> Iterator[Library]:
    """Give the library whatever model it was made with: the articles need none."""
    library = open_library(
        settings.library,
        embedding=embedding_of(settings.library),
        lock_seconds=settings.lock_seconds,
    )
    try:
        yield library
    finally:
        library.close()


def require_articles(library: Library) -> None:
    """Raise LibraryEmpty if there is nothing to ask."""
    if not library.stats().articles:
        raise LibraryEmpty(
            f"The library {str(library.folder)!r} holds no article yet. Add some with: "
            f"dateline --library {library.folder} add PATH"
        )
