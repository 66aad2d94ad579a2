"""Names for files and keys, in letters that every system takes."""

import re
import unicodedata

_OTHER = re.compile(r"[^a-z0-9]+")


def slug(text: str, *, longest: int | None = None) -> str:
    """Return the ASCII letters and digits of a text in lower case, hyphens between; maybe none."""
    letters = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _OTHER.sub("-", letters).strip("-")[:longest].strip("-")
