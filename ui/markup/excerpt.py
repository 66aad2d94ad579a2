"""A paragraph around the words to highlight, cut where it is too long for a page."""

from dataclasses import dataclass

from ui.pointed import Pointed, pointed


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Text before, within and after the exact words; `cut_…` tells where more was left out.

    `answer` are the characters of the exact words that answer, if that is known.
    """

    before: str
    exact: str
    after: str
    cut_before: bool = False
    cut_after: bool = False
    answer: tuple[int, int] | None = None

    @property
    def pointed(self) -> Pointed:
        """The exact words with the answer in them."""
        return pointed(self.exact, self.answer)

    @property
    def is_cut(self) -> bool:
        """Whether something was left out."""
        return self.cut_before or self.cut_after


def excerpt(
    text: str, start: int, end: int, *, most: int, answer: tuple[int, int] | None = None
) -> Excerpt:
    """Return at most so many characters of a text, with `text[start:end]` as the exact words.

    `start == end`: no words are exact. Words longer than the bound are shown from their start.
    `answer`: characters of the text that answer; not told unless all are among the exact words
    shown.
    """
    start, end = max(0, start), min(max(start, end), len(text))
    first, last = _shown(len(text), start, end, most)
    inside = answer is not None and start <= answer[0] < answer[1] <= min(end, last)
    return Excerpt(
        before=text[first:start],
        exact=text[start : min(end, last)],
        after=text[max(end, first) : last],
        cut_before=first > 0,
        cut_after=last < len(text),
        answer=(answer[0] - start, answer[1] - start) if answer and inside else None,
    )


def _shown(length: int, start: int, end: int, most: int) -> tuple[int, int]:
    if length <= most:
        return 0, length
    spare = max(0, most - (end - start))
    first = min(max(0, start - spare // 2), length - most)
    # Of words too long for it, the beginning.
    return (start, start + most) if end - start > most else (first, first + most)
