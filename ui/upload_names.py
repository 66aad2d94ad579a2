"""What a file that a reader gives is called: to the reader, and on the server's disk."""

import re
import unicodedata

from ingest.readers.kinds import SUFFIXES
from rag.errors import ReadError
from ui.plain import plain, shortened

LONGEST = 80
"""Characters of a name before its suffix."""

MOST_BYTES = 160
"""Bytes of it: a name may have 255 on most disks, its suffix and a number included."""

_SHOWN = 120
_READ = 1000
_SEPARATOR = re.compile(r"[/\\]")
# Windows opens a device under these names, whatever stands after a full stop.
_DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(10)}
)


def shown_name(name: str) -> str:
    """Return the name as it is told back to the reader who gave the file: one line, no folder."""
    return shortened(plain(_SEPARATOR.split(name[-_READ:])[-1]), _SHOWN) or "a file without a name"


def safe_name(name: str) -> str:
    """Return a name for a file in a folder of ours.

    It has no path, no control or direction marks, no device's name, at most 80 characters, and
    the suffix of a kind that a reader knows; raises ReadError for another suffix.
    """
    last = _SEPARATOR.split(unicodedata.normalize("NFKC", name[-_READ:]))[-1]
    stem, dot, suffix = plain(last).strip().rpartition(".")
    known = f".{suffix.lower()}"
    if not dot or known not in SUFFIXES:
        raise ReadError(
            f"{shown_name(name)!r} is of no kind that is read here; give a file whose name ends "
            f"in {', '.join(sorted(SUFFIXES))}."
        )
    return _stem(stem) + known


def _stem(text: str) -> str:
    kept = re.sub("-{2,}", "-", "".join(map(_letter, text)))
    cut = kept[:LONGEST].encode("utf-8")[:MOST_BYTES].decode("utf-8", errors="ignore")
    stem = cut.strip(" -_") or "article"
    return f"{stem}-file" if stem.lower() in _DEVICES else stem


def _letter(letter: str) -> str:
    if letter.isalnum() or letter in " _-" or unicodedata.category(letter).startswith("M"):
        return letter
    return "" if unicodedata.category(letter) == "Cf" else "-"
