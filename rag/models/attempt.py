"""One attempt at fetching a model's file: what it reports, how it fails, how it writes."""

import errno
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from rag.errors import ModelError

CHUNK = 2**20
NO_SPACE = {errno.ENOSPC, errno.EDQUOT}

Report = Callable[[int, int, str], None]
"""Told the bytes that are here, the bytes of the whole file, and what is being done."""


class SourceFailed(Exception):
    """A source did not give the file; the next one is tried. Its text says why."""


def silent(_done: int, _total: int, _detail: str) -> None:
    """Report nothing."""


def append(chunks: Iterable[bytes], out: BinaryIO, most: int) -> int:
    """Write chunks at the end of a file and return their length; yields to no endless source.

    Raises SourceFailed as soon as the file would be longer than `most` bytes.
    """
    began = at = out.tell()
    for chunk in chunks:
        at += len(chunk)
        if at > most:
            raise SourceFailed(f"it is longer than the {most} bytes of the registry")
        out.write(chunk)
    return at - began


def require_room(folder: Path, needed: int) -> None:
    """Raise ModelError if the disk of the folder has less room than the bytes needed."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        raise no_room(folder, f"{_megabytes(needed)} are needed, {_megabytes(free)} are free")


def no_room(folder: Path, told: str) -> ModelError:
    """Return the error of a full disk."""
    return ModelError(
        f"There is not enough room in {folder}: {told}. Make room, or set DATELINE_CACHE to a "
        "folder on another disk, and run the same command again."
    )


def _megabytes(count: int) -> str:
    return f"{count / 1_000_000:.0f} MB"
