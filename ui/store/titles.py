"""Titles of conversations."""

import unicodedata

from ui.store.schema import fit

LONGEST = 120
"""Characters."""

UNTITLED = "Untitled"

_SEEN = "LNPS"
"""First letters of the Unicode categories that leave a mark: letters, numbers, signs."""


def title_of(text: str) -> str:
    """Return a text as a title: one line of at most 120 characters, never empty."""
    spaced = "".join(" " if unicodedata.category(c) == "Cc" else c for c in text)
    title = " ".join(fit(spaced).split())
    if not any(unicodedata.category(c)[0] in _SEEN for c in title):
        return UNTITLED
    return title if len(title) <= LONGEST else title[: LONGEST - 1].rstrip() + "…"
