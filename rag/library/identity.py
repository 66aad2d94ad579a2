"""Which embedding model a library was made with, asked before it is opened."""

from pathlib import Path

from rag.errors import LibraryDamaged, LibraryNotFound
from rag.library.catalogue import get_meta
from rag.library.database import FILE, connect, errors_in_words

REEMBEDDING = f"{FILE}.reembed"
"""The file in which a re-embedding collects its work."""


def embedding_of(folder: Path) -> str:
    """Return the identity of the model; raises LibraryNotFound or LibraryDamaged."""
    if not (folder / FILE).is_file():
        raise LibraryNotFound(
            f"There is no library in {str(folder)!r}. Make one with: "
            f"dateline --library {folder} add PATH"
        )
    engine = connect(folder)
    try:
        with errors_in_words(folder), engine.begin() as db:
            made_with = get_meta(db, "embedding")
    finally:
        engine.dispose()
    if not isinstance(made_with, str):
        raise LibraryDamaged(
            f"The catalogue of the library {str(folder)!r} names no embedding model; "
            "restore it from a copy, or move the folder away and add the articles again."
        )
    return made_with
