"""A paragraph around the words to highlight, cut where it is too long for a page."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Text before, within and after the exact words; `cut_…` tells where more was left out."""

    before: str
    exact: str
    after: str
    cut_before: bool = False
    cut_after: bool = False

    @property
    def is_cut(self) -> bool:
        """Whether something was left out."""
        return self.cut_before or self.cut_after


def excerpt(text: str, start: int, end: int, *, most: int) -> Excerpt:
    """Return at most so many characters of a text, with `text[start:end]` as the exact words.

    `start == end`: no words are exact. Words longer than the bound are shown from their start.
    """
    start, end = max(0, start), min(max(start, end), len(text))
    first, last = _shown(len(text), start, end, most)
    return Excerpt(
        before=text[first:start],
        exact=text[start : min(end, last)],
        after=text[max(end, first) : last],
        cut_before=first > 0,
        cut_after=last < len(text),
    )


def _shown(length: int, start: int, end: int, most: int) -> tuple[int, int]:
    if length <= most:
        return 0, length
    spare = max(0, most - (end - start))
    first = min(max(0, start - spare // 2), length - most)
    # Of words too long for it, the beginning.
    return (start, start + most) if end - start > most else (first, first + most)
