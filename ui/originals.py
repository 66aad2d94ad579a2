"""The files that readers gave, kept beside the catalogue: LIBRARY/uploads/NAME.

A file's path is what makes it the same article when it is given again, so a name is shared by the
versions of one document and by nothing else.
"""

import filecmp
import os
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import BinaryIO

from ingest import readers
from ingest.document import RawArticle
from rag.analysis import words
from rag.errors import ReadError
from rag.library import catalogue
from rag.library.database import explain
from rag.library.library import Library
from rag.library.lock import writer_lock
from ui.upload_names import safe_name, shown_name

FOLDER = "uploads"

ALIKE = 0.3
"""Share of the shorter text's shingles from which a file is another state of the same document."""

SHINGLE = 3
"""Words of a shingle."""

_INCOMING, _BEFORE = ".incoming-", ".before-"
_CHUNK = 2**20
_PART = re.compile(r"#[^#/]*$")  # of a file with several articles


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that a reader gives: `name` as the browser told it, `open` gives its bytes."""

    name: str
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Placed:
    """An upload in its place; `before` is what stood there, `ours` whether it was put there now."""

    shown: str
    path: Path
    ours: bool
    before: Path | None = None


class Originals:
    """The folder of the files given, while its lock is held: see `originals`."""

    def __init__(self, library: Library, most_bytes: int) -> None:
        """Know which article came from which file."""
        self.folder = library.folder.resolve() / FOLDER
        self._library = library
        self._most_bytes = most_bytes
        self._placed: dict[Path, str] = {}
        self._articles: dict[str, list[str]] = {}
        with library.reading() as db:
            for info in catalogue.list_articles(db, removed=True):
                file = _PART.sub("", info.source)
                self._articles.setdefault(file, []).append(info.article_id)

    def place(self, upload: Upload) -> Placed:
        """Copy a file to its place; raises ReadError for what is not taken, LibraryError."""
        name = safe_name(upload.name)
        shown = shown_name(upload.name)
        try:
            incoming = self._copied(upload, shown, Path(name).suffix)
            try:
                placed = self._settled(incoming, name, shown)
            finally:
                incoming.unlink(missing_ok=True)
        except OSError as error:
            raise explain(error, self._library.folder) from error
        self._placed[placed.path] = shown
        return placed

    def keep(self, placed: Placed, *, added: bool) -> None:
        """Keep a file from which an article was added; put back what was there before if not."""
        if not placed.ours:
            return
        if placed.before is not None:
            if added:
                placed.before.unlink(missing_ok=True)
            else:
                placed.before.replace(placed.path)
        elif not added:
            placed.path.unlink(missing_ok=True)

    def _copied(self, upload: Upload, shown: str, suffix: str) -> Path:
        path = self.folder / f"{_INCOMING}{secrets.token_hex(8)}{suffix}"
        left = self._most_bytes
        with _opened(upload, shown) as given, _created(path) as kept:
            while piece := given.read(_CHUNK):
                left -= len(piece)
                if left < 0:
                    path.unlink()
                    raise ReadError(
                        f"{shown!r} is larger than the {self._most_bytes / 2**20:.3g} MiB that "
                        "one file may have here; split it up, or add it from the command line."
                    )
                kept.write(piece)
        return path

    def _settled(self, incoming: Path, name: str, shown: str) -> Placed:
        text: str | None = None
        for path in self._names(name):
            exists, articles = path.exists(), self._articles.get(str(path), [])
            same = exists and filecmp.cmp(path, incoming, shallow=False)
            if path in self._placed:
                if same:
                    raise ReadError(f"{shown!r} is given twice; it is read once.")
            elif same:
                return Placed(shown, path, ours=False)
            elif articles:
                text = _text_of(incoming) if text is None else text
                if alike(text, self._text(articles)):
                    return self._exchanged(incoming, path, shown)
            elif not exists:
                incoming.rename(path)
                return Placed(shown, path, ours=True)
        raise AssertionError  # there is always another number

    def _names(self, name: str) -> Iterator[Path]:
        first = self.folder / name
        numbered = (first.with_name(f"{first.stem}-{n}{first.suffix}") for n in count(2))
        return chain([first], numbered)

    def _text(self, articles: Sequence[str]) -> str:
        with self._library.reading() as db:
            return "\n".join(catalogue.read_version(db, name).text for name in articles)

    def _exchanged(self, incoming: Path, path: Path, shown: str) -> Placed:
        before = self.folder / f"{_BEFORE}{secrets.token_hex(8)}{path.suffix}"
        if path.exists():
            path.rename(before)
        incoming.rename(path)
        return Placed(shown, path, ours=True, before=before if before.exists() else None)


@contextmanager
def originals(library: Library, *, most_bytes: int, wait: float) -> Iterator[Originals]:
    """Give the folder of the files given, to one at a time; raises LibraryLocked, LibraryError."""
    folder = library.folder.resolve() / FOLDER
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise explain(error, library.folder) from error
    with writer_lock(folder, wait=wait):
        for left in chain(folder.glob(f"{_INCOMING}*"), folder.glob(f"{_BEFORE}*")):
            left.unlink(missing_ok=True)  # of one that was killed
        yield Originals(library, most_bytes)


def alike(one: str, other: str) -> bool:
    """Whether two texts are states of one document: an edit leaves most runs of words."""
    first, second = _shingles(one), _shingles(other)
    fewest = min(len(first), len(second))
    return bool(fewest) and len(first & second) >= ALIKE * fewest


def _shingles(text: str) -> set[tuple[str, ...]]:
    found = words(text)
    starts = range(max(1, len(found) - SHINGLE + 1)) if found else ()
    return {tuple(found[n : n + SHINGLE]) for n in starts}


def _text_of(path: Path) -> str:
    found = readers.read_file(path)
    articles = (item for item in found if isinstance(item, RawArticle))
    return "\n".join(block.text for article in articles for block in article.blocks)


def _opened(upload: Upload, shown: str) -> BinaryIO:
    try:
        return upload.open()
    except OSError as error:
        raise ReadError(f"{shown!r} did not arrive ({error.strerror}); give it again.") from error


@contextmanager
def _created(path: Path) -> Iterator[BinaryIO]:
    """Make a file that its owner alone reads."""
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "wb") as file:
        yield file
