"""Cut the evidence down to what a chat model should read: the sentences that matter.

Of each of the best passages the sentences that rank highest, then the ones beside them, as far as
the budget goes. A small model reads slowly and loses the thread in long prompts.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import chain

from rag.generate.source import Source
from rag.library.records import Sentence
from rag.library.rows import VersionText
from rag.select import Candidate, leans_back

Count = Callable[[str], int]
"""Counts the tokens of a text."""

HEADING = 20
"""Tokens allowed for what introduces a source."""

BEST = 12
"""Sentences that count as the best ones."""

MOST = 1000
"""Sentences in all."""

_Place = tuple[str, int, int]


class _Choice:
    """The sentences chosen so far, and what is left of the budget."""

    def __init__(self, budget: int, room: int, count: Count) -> None:
        self._left, self._room = budget, room
        self._count = count
        self._spans: dict[_Place, dict[int, Sentence]] = {}

    def add(self, place: _Place, version: VersionText, sentence: Sentence) -> bool:
        """Take a sentence if it fits; whether it is in."""
        taken = self._spans.get(place)
        if taken is not None and sentence.start in taken:
            return True
        cost = self._count(version.text[sentence.start : sentence.end]) + 1
        cost += 0 if taken is not None else HEADING
        if cost > self._left or not self._room:
            return False
        self._left -= cost
        self._room -= 1
        self._spans.setdefault(place, {})[sentence.start] = sentence
        return True

    def of(self, place: _Place) -> tuple[Sentence, ...]:
        """Return what was chosen there, in the order of the text."""
        chosen = self._spans.get(place, {})
        return tuple(chosen[start] for start in sorted(chosen))


def compress(
    ranked: Sequence[Candidate],
    *,
    budget: int,
    count: Count,
    best: int = BEST,
    most: int = MOST,
) -> tuple[Source, ...]:
    """Return at most `most` numbered sentences of `budget` tokens, the best paragraph first.

    Each sentence is a source of its own, so that a model points at it exactly; those of one
    paragraph follow each other as they stand there. They are taken in the order of their rank;
    one that leans on the sentence before it brings that along. What is left of the budget goes to
    the neighbours of the best ones. At least the first sentence is given, however long it is.
    """
    leading = list(ranked[:best])
    paragraphs = _paragraphs(ranked)
    choice = _Choice(budget, most, count)
    places: dict[_Place, Candidate] = {}
    for candidate in leading:
        place = _place(candidate)
        if choice.add(place, candidate.version, candidate.sentence):
            places.setdefault(place, candidate)
            if leans_back(candidate.text):
                _add_neighbours(choice, candidate, paragraphs[place], (-1,))
    for candidate in leading:
        if (place := _place(candidate)) in places:
            _add_neighbours(choice, candidate, paragraphs[place], (-1, 1))
    if leading and not places:
        places[_place(leading[0])] = leading[0]
    ranks = {(*_place(c), c.sentence.start): rank for rank, c in enumerate(ranked)}
    groups = [
        [
            _source(
                c.version, sentence, paragraphs[p], ranks.get((*p, sentence.start), len(ranked))
            )
            for sentence in choice.of(p) or (c.sentence,)
        ]
        for p, c in places.items()
    ]
    groups.sort(key=lambda group: min(source.rank for source in group))
    return tuple(replace(source, n=n) for n, source in enumerate(chain(*groups), start=1))


def _source(
    version: VersionText, shown: Sentence, sentences: tuple[Sentence, ...], rank: int
) -> Source:
    """Return a source that is not numbered yet."""
    return Source(0, version, version.paragraph(shown.paragraph), (shown,), sentences, rank)


def _place(candidate: Candidate) -> _Place:
    info = candidate.version.info
    return info.article_id, info.number, candidate.sentence.paragraph


def _paragraphs(ranked: Sequence[Candidate]) -> dict[_Place, tuple[Sentence, ...]]:
    """Return the sentences of each paragraph: a long one is spread over several passages."""
    found: dict[_Place, dict[int, Sentence]] = {}
    for candidate in ranked:
        for sentence in candidate.hit.passage.sentences:
            if sentence.paragraph == candidate.sentence.paragraph:
                found.setdefault(_place(candidate), {})[sentence.start] = sentence
    return {place: tuple(held[start] for start in sorted(held)) for place, held in found.items()}


def _add_neighbours(
    choice: _Choice, candidate: Candidate, around: Sequence[Sentence], steps: Sequence[int]
) -> None:
    at = next(i for i, s in enumerate(around) if s.start == candidate.sentence.start)
    for step in steps:
        if 0 <= at + step < len(around):
            choice.add(_place(candidate), candidate.version, around[at + step])
