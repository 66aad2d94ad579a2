"""What the reader finds in a passage: whether it answers, and where."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from rag.reader.words import whole_words

Floats = NDArray[np.float32]

LONGEST_SPAN = 30
"""Tokens of the longest answer."""


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """Characters `start:end` of the passage's own text; `score` is start logit + end logit."""

    start: int
    end: int
    score: float


@dataclass(frozen=True, eq=False)
class Reading:
    """A passage read for a question.

    `relevance` is a logit that orders passages, `answerable` the probability that the passage
    answers. `starts` and `ends` (tokens,) are the logits that an answer starts or ends at a token
    of the passage's own `text`, `offsets` (tokens, 2) the token's characters in it; the title's
    tokens are left out, and what the window cuts off. `null` is the score, as that of a span,
    of there being no answer here.
    """

    relevance: float
    answerable: float
    starts: Floats
    ends: Floats
    null: float
    offsets: NDArray[np.int32]
    text: str

    def best_span(self, start: int, end: int, *, longest: int = LONGEST_SPAN) -> AnswerSpan | None:
        """Return the best answer inside the characters `start:end` of the passage's own text.

        Its tokens are at most `longest`, then its edges are widened to whole words; a word that is
        not wholly inside the characters is no part of it. Of equal spans the first is returned,
        and None where the window holds no whole word of the characters. Scored as in Devlin et
        al., 2019 (arXiv 1810.04805, section 4.2).
        """
        words = self._words
        inside = np.flatnonzero((words[:, 0] >= start) & (words[:, 1] <= end))
        if not len(inside) or longest < 1:
            return None
        first, behind = inside[0], inside[-1] + 1
        scores = _span_scores(self.starts[first:behind], self.ends[first:behind], longest)
        begins, more = np.unravel_index(int(scores.argmax()), scores.shape)
        left, right = words[first + begins, 0], words[first + begins + more, 1]
        return AnswerSpan(int(left), int(right), float(scores[begins, more]))

    def span_probabilities(self, sentences: Sequence[tuple[int, int]]) -> list[float]:
        """Return for each range of characters the probability that the answer lies inside it.

        The sum over all spans inside, as above; over sentences that do not overlap it is at most
        1, the rest being the probability of there being no answer here, of an answer across
        sentences, or of one in the title. What the window cuts off counts nothing.
        """
        return [self._share(start, end) for start, end in sentences]

    def _share(self, start: int, end: int) -> float:
        words = self._words
        inside = np.flatnonzero((words[:, 0] >= start) & (words[:, 1] <= end))
        if not len(inside):
            return 0.0
        first, behind = inside[0], inside[-1] + 1
        spans = self._probabilities[first:behind]
        within = np.arange(first, behind)[:, None] + np.arange(spans.shape[1]) < behind
        return min(1.0, float(spans[within].sum()))

    @cached_property
    def _words(self) -> NDArray[np.int32]:
        """The tokens' offsets, widened to whole words."""
        return whole_words(self.text, self.offsets)

    @cached_property
    def _probabilities(self) -> NDArray[np.float64]:
        """Every span's share (tokens, lengths) of the sum of exp(score) over them and the null."""
        scores = _span_scores(self.starts, self.ends, LONGEST_SPAN)
        highest = max(self.null, float(scores.max(initial=self.null)))
        shares: NDArray[np.float64] = np.exp(scores - highest)
        shares /= shares.sum() + np.exp(self.null - highest)
        return shares


def _span_scores(starts: Floats, ends: Floats, longest: int) -> NDArray[np.float64]:
    """Return the scores (tokens, lengths) of all spans by first token and length minus 1.

    Spans that would reach over the last token have -inf.
    """
    lengths = max(1, min(longest, len(starts)))
    padded = np.concatenate([ends.astype(np.float64), np.full(lengths - 1, -np.inf)])
    scores: NDArray[np.float64] = starts[:, None] + sliding_window_view(padded, lengths)
    return scores
