"""What the reader is given and what it gives: said once, for training and for answering."""

from textwrap import shorten

FORMAT = "1"
"""Counts up when any of this changes; a file of another format is not read."""

WINDOW = 256
"""Tokens of both texts and the three marks around them."""

QUESTION_TOKENS = 64
"""Tokens of the first text beyond which it is cut off."""

TITLE_CHARACTERS = 80
"""Characters of a passage's title beyond which it is cut off."""

INPUTS = ("input_ids", "token_type_ids")
OUTPUTS = ("relevance", "answerable", "start", "end", "support")

LABELS = ("supported", "contradicted", "unsupported")
"""What the last axis of `support` stands for."""


def _heading(title: str) -> str:
    """Return a title on one line, ending at a word's end."""
    line = shorten(title, TITLE_CHARACTERS, placeholder="", break_on_hyphens=False)
    return line[:TITLE_CHARACTERS]


def passage_text(title: str, text: str) -> str:
    """Return what is read of a passage: its title on one line, below it its text as it is."""
    return f"{_heading(title)}\n{text}"


def text_start(title: str) -> int:
    """Return the character of `passage_text` at which the passage's own text starts."""
    return len(_heading(title)) + 1
