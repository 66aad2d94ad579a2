"""The chat models' files: where they are, whether they are the right ones, and taking them away."""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from rag.errors import ModelError
from rag.models.registry import GenerationCard, generation_card, sha256_of

VERIFIED = ".verified.json"


def folder_of(card: GenerationCard, cache: Path) -> Path:
    """Return the folder of a model's file, whether it is there or not."""
    return cache / "models" / card.name


def path_of(card: GenerationCard, cache: Path) -> Path:
    """Return where a model's file is kept, whether it is there or not."""
    return folder_of(card, cache) / card.file


def is_pulled(name: str, cache: Path) -> bool:
    """Whether the file of a chat model is here and of the right length; its digest is not read.

    Raises ModelError for a name that the registry has not.
    """
    card = generation_card(name)
    path = path_of(card, cache)
    return path.is_file() and path.stat().st_size == card.bytes


def weights_file(name: str, cache: Path) -> Path:
    """Return the file of a chat model, verified by digest.

    A verification is remembered beside the file and is not done again, which would take seconds,
    until the file's length, time or inode changes. Raises ModelError if the model is unknown, not
    here, or not the one of the registry.
    """
    card = generation_card(name)
    path = path_of(card, cache)
    if not path.is_file():
        raise ModelError(
            f"The model {name!r} is not on this machine. Fetch it with: dateline models pull {name}"
        )
    if not _is_remembered(path, card):
        verify_weights(path, card)
    return path


def verify_weights(path: Path, card: GenerationCard) -> None:
    """Hash the file anew and remember it as verified; raise ModelError unless it is the card's."""
    try:
        differs = difference(path, card)
        if not differs:
            remember(path, card)
            return
    except OSError as error:
        differs = f"it cannot be read ({error.strerror or type(error).__name__})"
    raise ModelError(
        f"{path} is not the file of {card.name!r}: {differs}. "
        f"Fetch it again with: dateline models pull {card.name}"
    )


def difference(path: Path, card: GenerationCard) -> str:
    """Say how a file differs from the card's; empty if it does not. Raises OSError."""
    size = path.stat().st_size
    if size != card.bytes:
        return f"it has {size} bytes, not {card.bytes}"
    found = sha256_of(path)
    return "" if found == card.sha256 else f"its SHA-256 is {found}, not {card.sha256}"


def _fingerprint(path: Path, card: GenerationCard) -> dict[str, object]:
    stat = path.stat()
    return {
        "size": stat.st_size,
        "mtime_ns": stat.st_mtime_ns,
        "inode": stat.st_ino,
        "sha256": card.sha256,
    }


def _record_of(path: Path) -> Path:
    return path.with_name(path.name + VERIFIED)


def _is_remembered(path: Path, card: GenerationCard) -> bool:
    try:
        seen = json.loads(_record_of(path).read_text(encoding="utf-8"))
        return bool(seen == _fingerprint(path, card))
    except (OSError, ValueError):
        return False


def remember(path: Path, card: GenerationCard) -> None:
    """Write down that the file has just been hashed and is the card's."""
    # In a folder that cannot be written to, the file is hashed each time: slow, and still safe.
    with suppress(OSError):
        write_whole(_record_of(path), json.dumps(_fingerprint(path, card)))


def write_whole(path: Path, text: str) -> None:
    """Write a small file so that it is there whole or as it was. Raises OSError."""
    new = path.with_name(f"{path.name}.{os.getpid()}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)


@contextmanager
def sole_use(card: GenerationCard, cache: Path) -> Iterator[None]:
    """Let no other process pull or remove the model meanwhile; ModelError if one does now."""
    folder = folder_of(card, cache)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        # Beside the folder, which `remove` takes away.
        lock = FileLock(folder.with_name(f"{card.name}.lock"))
        lock.acquire(timeout=0)
    except Timeout as error:
        raise ModelError(
            f"Another process is fetching or removing {card.name!r} in {folder.parent}. "
            "Wait until it is done, then run the same command again."
        ) from error
    except OSError as error:
        raise ModelError(
            f"{folder.parent} cannot be written to ({error.strerror}). "
            "Set DATELINE_CACHE to a folder that can."
        ) from error
    try:
        yield
    finally:
        lock.release()


def remove(name: str, cache: Path) -> int:
    """Delete a chat model's file and what unfinished pulls left; return the bytes freed.

    0 if nothing was here. Raises ModelError for an unknown model, while it is being fetched, and
    if a file cannot be deleted.
    """
    card = generation_card(name)
    folder = folder_of(card, cache)
    with sole_use(card, cache):
        freed = sum(file.lstat().st_size for file in _all_files(folder))
        try:
            clear(folder)
            with suppress(FileNotFoundError):
                folder.rmdir()
        except OSError as error:
            raise ModelError(f"{folder} cannot be removed: {error.strerror}.") from error
    return freed


def clear(folder: Path, *, but: Path | None = None) -> None:
    """Delete all that is in a folder but one file. Raises OSError."""
    for entry in [entry for entry in folder.glob("*") if entry != but]:
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink(missing_ok=True)


def _all_files(folder: Path) -> list[Path]:
    return [entry for entry in folder.rglob("*") if not entry.is_dir()]
