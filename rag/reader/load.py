"""From the settings to the reader that is shipped."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from rag.errors import ModelError
from rag.models.registry import find, named
from rag.reader.card import NAME
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.reader.reader import Reader

REMEDY = "Install Dateline again, or do without it: set DATELINE_READER=false"


def load_reader(settings: Settings) -> "Reader | None":
    """Return the shipped reader, its digest verified; None if the settings do without it.

    None too where the registry has no reader. Raises ModelError if its file is not there, is not
    the one of the registry, or cannot be used.
    """
    file = reader_file() if settings.reader else None
    if file is None:
        return None
    from rag.reader.reader import Reader

    return Reader(file, threads=settings.threads)


def begin_loading(settings: Settings) -> Callable[[], "Reader | None"]:
    """Return what waits for `load_reader`, which has begun: a first question opens much else."""
    thread = ThreadPoolExecutor(1)
    loaded = thread.submit(load_reader, settings)
    thread.shutdown(wait=False)
    return loaded.result


def reader_file() -> Path | None:
    """Return the shipped file, verified; None without a card. Raises ModelError as above."""
    card = named(NAME)
    if card is None:
        return None
    folder = find(card)
    if folder is None:
        raise ModelError(f"The reader's file, {card.file!r}, is not there. {REMEDY}")
    return folder / card.file
