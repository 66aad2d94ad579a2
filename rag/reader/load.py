"""From the settings to the reader that is shipped."""

from typing import TYPE_CHECKING

from rag.models.registry import find, named
from rag.reader.card import NAME
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.reader.reader import Reader


def load_reader(settings: Settings) -> "Reader | None":
    """Return the shipped reader, its digest verified; None if the settings do without it.

    None too where its file, and so its card in the registry, is not there. Raises ModelError if
    the file is not the one of the registry, or cannot be used.
    """
    card = named(NAME) if settings.reader else None
    folder = None if card is None else find(card)
    if card is None or folder is None:
        return None
    from rag.reader.reader import Reader

    return Reader(folder / card.file, threads=settings.threads)
