"""What is read in the passages decides which come first, and which sentences answer."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.answerer import Answerer
from rag.library.library import Library
from rag.models.hashing import HashingEmbedder
from rag.reader.reading import Reading
from rag.rerank import READ, SENTENCES, Weights, interleaved, log_odds, sentences_reranked
from rag.search import search_passages
from rag.select import Candidate
from rag.settings import Settings

from .conflicts.making import article

LINES = [
    f"The convoy number {number} crossed the border at noon with flour and blankets."
    for number in range(40)
]
QUESTION = "Which convoy crossed the border at noon?"


class Pointing:
    """Reads an answer in whatever holds a phrase, at that phrase; remembers what it was given."""

    def __init__(self, phrase: str) -> None:
        self._phrase = phrase
        self.asked: list[tuple[str, list[tuple[str, str]]]] = []

    def read(self, question: str, passages: Sequence[tuple[str, str]]) -> list[Reading]:
        self.asked.append((question, list(passages)))
        return [self._reading(text) for _, text in passages]

    def _reading(self, text: str) -> Reading:
        words = [word for word in text.split(" ") if word]
        starts = np.cumsum([0, *(len(word) + 1 for word in words)])[:-1]
        offsets = np.stack([starts, starts + [len(word) for word in words]], axis=1)
        first = text.find(self._phrase)
        inside = (offsets[:, 0] >= first) & (offsets[:, 1] <= first + len(self._phrase))
        logits = np.where(inside & (first >= 0), 9.0, -9.0).astype(np.float32)
        found = first >= 0
        return Reading(
            relevance=5.0 if found else -5.0,
            answerable=0.99 if found else 0.01,
            starts=logits,
            ends=logits,
            null=-18.0 if found else 18.0,
            offsets=offsets.astype(np.int32),
            text=text,
        )


@pytest.fixture(scope="module")
def convoys(make_library: Callable[..., Library]) -> Library:
    """One article for each line, so that each is a passage of its own."""
    return make_library(*((line, {"title": f"Convoy {n}"}) for n, line in enumerate(LINES)))


def found(
    library: Library, embedder: HashingEmbedder, settings: Settings, reader: Pointing | None
) -> list[str]:
    passages = search_passages(library, embedder, settings, QUESTION, limit=38, reader=reader)
    return [passage.text for passage in passages]


def test_the_passage_in_which_an_answer_is_read_comes_first(
    convoys: Library, hashing: HashingEmbedder, settings: Settings
) -> None:
    plain = found(convoys, hashing, settings, None)
    last = READ - 1
    reader = Pointing(plain[last][:20])
    read = found(convoys, hashing, settings, reader)
    assert read == [plain[last], *plain[:last], *plain[READ:]]
    [(question, passages)] = reader.asked
    assert question == QUESTION
    assert [text for _, text in passages] == plain[:READ]
    assert all(title.startswith("Convoy") for title, _ in passages)


def test_what_is_not_read_stays_behind(
    convoys: Library, hashing: HashingEmbedder, settings: Settings
) -> None:
    plain = found(convoys, hashing, settings, None)
    assert found(convoys, hashing, settings, Pointing(plain[READ][:20])) == plain


def test_few_are_asked_for_and_more_are_read(
    convoys: Library, hashing: HashingEmbedder, settings: Settings
) -> None:
    plain = found(convoys, hashing, settings, None)
    reader = Pointing(plain[READ - 1][:20])
    best = search_passages(convoys, hashing, settings, QUESTION, limit=2, reader=reader)
    assert [passage.text for passage in best] == [plain[READ - 1], plain[0]]
    assert len(reader.asked[0][1]) == READ


def test_the_sentence_that_holds_the_span_answers(
    make_library: Callable[..., Library], hashing: HashingEmbedder, settings: Settings
) -> None:
    library = make_library(
        (
            "The convoy crossed the border at noon, the ministry said. "
            "Rain delayed the other lorries of the aid groups until evening.",
            {"title": "Aid", "published": "2024-03-05"},
        )
    )
    lenient = settings.model_copy(update={"abstain_below": 0.0, "answer_sentences": 1})
    question = "What happened at the border at noon?"
    scores = {
        phrase: {
            candidate.text: candidate.score
            for candidate in Answerer(library, hashing, lenient, reader=Pointing(phrase))
            .evidence(question)
            .ranked
        }
        for phrase in ("the ministry", "until evening")
    }
    first, second = scores["the ministry"], scores["until evening"]
    for text in first:
        assert (first[text] > second[text]) == ("ministry" in text)


def test_the_best_sentences_are_read_by_themselves(
    convoys: Library, hashing: HashingEmbedder, settings: Settings
) -> None:
    phrase = found(convoys, hashing, settings, None)[5][:20]
    reader = Pointing(phrase)
    lenient = settings.model_copy(update={"results": 20, "answer_passages": 20})
    ranked = Answerer(convoys, hashing, lenient, reader=reader).evidence(QUESTION).ranked
    assert phrase in ranked[0].text
    (_, passages), (question, sentences) = reader.asked
    assert question == QUESTION
    assert len(sentences) == SENTENCES < len(ranked)
    assert len(passages) == READ
    assert {text for _, text in sentences} == {c.text for c in ranked if c.reading is not None}
    assert [c.score for c in ranked] == sorted((c.score for c in ranked), reverse=True)


def test_a_sentence_gains_on_the_others_by_what_is_read_in_it(
    convoys: Library, hashing: HashingEmbedder, settings: Settings
) -> None:
    phrase = found(convoys, hashing, settings, None)[5][:20]
    answerer = Answerer(convoys, hashing, settings, reader=Pointing(phrase))
    ranked = answerer.evidence(QUESTION).ranked
    nothing = Weights(0, 0, span=0, sentence=0)
    reader = Pointing(phrase)
    plain = sentences_reranked(QUESTION, ranked, reader, weights=nothing)
    assert [c.text for c in plain] == [c.text for c in ranked]
    for more in ({"span": 1.0}, {"sentence": 0.1}):
        weights = replace(nothing, **more)
        read = sentences_reranked(QUESTION, plain, reader, weights=weights)
        before = {c.text: c.score for c in plain}
        gained = {c.text: c.score - before[c.text] for c in read}
        best = max(gained, key=lambda text: gained[text])
        assert phrase in best
        assert all(gained[best] > gain + 0.5 for text, gain in gained.items() if text != best)


def ranked_of(
    library: Library, embedder: HashingEmbedder, settings: Settings, reader: Pointing | None = None
) -> tuple[Candidate, ...]:
    wide = settings.model_copy(update={"results": 20, "answer_passages": 20})
    return Answerer(library, embedder, wide, reader=reader).evidence(QUESTION).ranked


def test_the_answer_has_the_best_of_both_orders(
    convoys: Library, hashing: HashingEmbedder, settings: Settings
) -> None:
    plain = ranked_of(convoys, hashing, settings)
    last = plain[READ - 1].text
    read = ranked_of(convoys, hashing, settings, Pointing(last[:20]))
    assert [c.text for c in read[:2]] == [last, plain[0].text]


STATED = article(" ".join(f"Convoy {n} crossed." for n in range(10)))
ORDERS = st.permutations(range(10))


@given(ORDERS, ORDERS, st.integers(1, 10), st.data())
def test_two_orders_are_named_in_turn(
    one: list[int], other: list[int], kept: int, data: st.DataObject
) -> None:
    falling = sorted(data.draw(st.lists(st.floats(0, 2), min_size=10, max_size=10)), reverse=True)
    both = [
        [replace(STATED[n], score=score) for n, score in zip(order, falling, strict=False)]
        for order in (one[:kept], other)
    ]
    turns = interleaved(*both)
    numbers = [[c.text for c in STATED].index(c.text) for c in turns]
    assert sorted(numbers) == list(range(10))
    scores = [c.score for c in turns]
    assert scores == sorted(scores, reverse=True)
    for place in range(1, kept + 1):
        named = {*one[:place], *other[:place]}
        assert named == set(numbers[: len(named)])
    assert numbers[0] == one[0]


def test_an_empty_search_is_not_read(
    make_library: Callable[..., Library], hashing: HashingEmbedder, settings: Settings
) -> None:
    reader = Pointing("x")
    assert search_passages(make_library(), hashing, settings, "x", reader=reader) == []
    assert reader.asked == []


@pytest.mark.parametrize("probability", [0.0, 0.3, 1.0])
def test_log_odds_are_finite(probability: float) -> None:
    assert abs(log_odds(probability)) < 20
