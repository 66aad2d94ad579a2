from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics.token_f1 import f1, token_f1

from .asked import FALSE_PREMISE, asked, declined
from .making import documented

WORDS = st.lists(st.sampled_from(["seven", "killed", "2024", "guards"]), max_size=6)


def test_the_example() -> None:
    gold = {"answers": [{"text": "seven members killed"}]}
    score = token_f1()(asked(gold, ("Seven Guards were killed", [1])))
    assert score.value == pytest.approx(documented(token_f1), abs=5e-4)
    assert (score.numerator, score.denominator) == (4, 7)


def test_a_word_said_once_is_not_shared_twice() -> None:
    gold = {"answers": [{"text": "seven seven"}]}
    assert token_f1()(asked(gold, ("seven", [1]))).value == pytest.approx(2 / 3)


def test_the_best_alias_counts() -> None:
    gold = {"answers": [{"text": "in Syria"}, {"text": "x", "aliases": ["Damascus"]}]}
    assert token_f1()(asked(gold, ("Damascus", [1]))).value == 1


def test_3_5_is_not_35() -> None:
    assert token_f1()(asked({"answers": [{"text": "3.5"}]}, ("35", [1]))).value == 0


def test_i_dont_know_is_wrong_where_there_is_an_answer() -> None:
    gold = {"answers": [{"text": "seven"}]}
    assert token_f1()(declined(gold)).value == 0
    assert token_f1()(declined(FALSE_PREMISE | gold)).status == "na"
    assert token_f1()(asked({}, ("seven", [1]))).status == "na"


def test_two_empty_answers_are_the_same() -> None:
    assert f1([], []).value == 1
    assert f1([], ["seven"]).value == 0


@given(WORDS, WORDS)
def test_it_is_the_harmonic_mean_of_precision_and_recall(one: list[str], other: list[str]) -> None:
    shared = sum((Counter(one) & Counter(other)).values())
    if shared:
        precision, recall = shared / len(one), shared / len(other)
        expected = 2 * precision * recall / (precision + recall)
        assert f1(one, other).value == pytest.approx(expected)
    assert f1(one, other).value == f1(other, one).value
