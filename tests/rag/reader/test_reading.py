"""The best span of a range, and scores that sentences of different passages share."""

import math
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.reader.reading import LONGEST_SPAN, AnswerSpan, Reading

TEXT = "Iran fired 200 missiles. Israel answered."


def reading(
    text: str = TEXT,
    starts: dict[str, float] | None = None,
    ends: dict[str, float] | None = None,
    null: float = 0.0,
) -> Reading:
    """A reading with a token for each run of letters or digits and each other character."""
    offsets = [match.span() for match in re.finditer(r"[a-zA-Z]+|\d+|\S", text)]
    words = [text[a:b] for a, b in offsets]
    return Reading(
        relevance=0.0,
        answerable=0.5,
        starts=np.array([(starts or {}).get(word, -1.0) for word in words], np.float32),
        ends=np.array([(ends or {}).get(word, -1.0) for word in words], np.float32),
        null=null,
        offsets=np.array(offsets, np.int32).reshape(-1, 2),
        text=text,
    )


class TestBestSpan:
    def test_the_best_start_with_the_best_end_after_it(self) -> None:
        found = reading(starts={"200": 5.0}, ends={"Iran": 8.0, "missiles": 3.0})
        assert found.best_span(0, 24) == AnswerSpan(11, 23, 8.0)
        assert TEXT[11:23] == "200 missiles"

    def test_nothing_outside_the_range(self) -> None:
        found = reading(starts={"200": 5.0, "Israel": 1.0}, ends={"missiles": 3.0})
        assert found.best_span(25, len(TEXT)) == AnswerSpan(25, 31, 0.0)

    def test_a_word_that_the_range_cuts_is_left_out(self) -> None:
        found = reading(starts={"fired": 5.0}, ends={"fired": 5.0})
        assert found.best_span(0, 9) == AnswerSpan(0, 4, -2.0)
        assert found.best_span(6, 9) is None

    @pytest.mark.parametrize("span", [(4, 4), (9, 2), (4, 5), (500, 600), (-5, 0)])
    def test_a_range_without_words(self, span: tuple[int, int]) -> None:
        assert reading().best_span(*span) is None

    def test_no_more_tokens_than_allowed(self) -> None:
        found = reading(starts={"Iran": 9.0}, ends={"missiles": 9.0, "fired": 2.0})
        assert found.best_span(0, 24, longest=4) == AnswerSpan(0, 23, 18.0)
        assert found.best_span(0, 24, longest=3) == AnswerSpan(0, 10, 11.0)
        assert found.best_span(0, 24, longest=0) is None

    def test_its_edges_are_whole_words(self) -> None:
        text = "He said 2,500 cease-fires."
        found = reading(text, starts={"500": 5.0}, ends={"cease": 5.0})
        span = found.best_span(0, len(text))
        assert span is not None
        assert text[span.start : span.end] == "2,500 cease-fires"

    def test_a_passage_of_which_nothing_was_read(self) -> None:
        found = reading("", null=-3.0)
        assert found.best_span(0, 0) is None
        assert found.span_probabilities([(0, 0)]) == [0.0]


LOGITS = st.floats(-20, 20, width=32)


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    text = draw(st.text("ab1,- .", min_size=1, max_size=60))
    found = reading(text)
    count = len(found.starts)
    starts, ends = (
        np.array(draw(st.lists(LOGITS, min_size=count, max_size=count)), np.float32)
        for _ in range(2)
    )
    return Reading(0.0, 0.5, starts, ends, draw(LOGITS), found.offsets, text)


def spans(found: Reading, longest: int) -> list[tuple[float, int, int]]:
    """The score of every span with its first and last token, the slow way."""
    return [
        (float(found.starts[i]) + float(found.ends[j]), i, j)
        for i in range(len(found.starts))
        for j in range(i, min(i + longest, len(found.starts)))
    ]


def words(found: Reading) -> list[tuple[int, int]]:
    units = [m.span() for m in re.finditer(r"[ab1]+(?:[-,.][ab1]+)*|.", found.text)]
    return [
        next((a, b) for a, b in units if a <= start and end <= b) for start, end in found.offsets
    ]


@given(readings(), st.integers(0, 60), st.integers(0, 60), st.integers(1, 40))
def test_the_best_of_all_spans(found: Reading, start: int, end: int, longest: int) -> None:
    whole = words(found)
    allowed = [
        (score, i, j)
        for score, i, j in spans(found, longest)
        if start <= whole[i][0] and whole[j][1] <= end
    ]
    span = found.best_span(start, end, longest=longest)
    if not allowed:
        assert span is None
        return
    score, i, j = max(allowed, key=lambda item: item[0])
    assert span == AnswerSpan(whole[i][0], whole[j][1], score)


@given(readings(), st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=5))
def test_the_probabilities_of_all_spans_and_of_none_are_one(
    found: Reading, sentences: list[tuple[int, int]]
) -> None:
    every = spans(found, LONGEST_SPAN)
    total = math.fsum(math.exp(score) for score in [*(score for score, _, _ in every), found.null])
    whole = words(found)
    for (start, end), share in zip(sentences, found.span_probabilities(sentences), strict=True):
        inside = [s for s, i, j in every if start <= whole[i][0] and whole[j][1] <= end]
        assert share == pytest.approx(math.fsum(map(math.exp, inside)) / total, abs=1e-6)
    [everything] = found.span_probabilities([(0, len(found.text))])
    assert everything + math.exp(found.null) / total == pytest.approx(1, abs=1e-6)


def test_sentences_of_different_passages_are_compared() -> None:
    sure = reading(starts={"200": 8.0}, ends={"missiles": 8.0})
    torn = reading("No 200 here. 200 there.", starts={"200": 8.0}, ends={"200": 8.0})
    none = reading(starts={"200": 8.0}, ends={"missiles": 8.0}, null=30.0)
    (best, other), (half,), (denied,) = (
        sure.span_probabilities([(0, 24), (25, 41)]),
        torn.span_probabilities([(0, 12)]),
        none.span_probabilities([(0, 24)]),
    )
    assert best > 0.95 > half > denied
    assert 0.3 < half < 0.5
    assert other < 0.01


def test_an_answer_that_several_spans_share_counts_as_one() -> None:
    found = reading(starts={"fired": 6.0, "200": 6.0}, ends={"missiles": 6.0}, null=2.0)
    assert found.span_probabilities([(0, 24)])[0] > 0.99


def test_logits_of_any_size() -> None:
    found = reading(starts={"200": 2000.0}, ends={"200": 2000.0})
    assert found.span_probabilities([(0, 24)]) == [1.0]
